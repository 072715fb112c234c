/**
 * The objects of an ADC-VX, from ADMIN-ALTEON-AC-vADC-MIB (revision of 2010) and ALTEON-CHEETAH-SWITCH-MIB. A change is
 * written into the candidate configuration, which is one for the whole box; `apply` makes all of it current or nothing.
 */
const VADC = '1.3.6.1.4.1.1872.2.6.1'
const AGENT = '1.3.6.1.4.1.1872.2.5.1.1.1'

/** `agApplyConfiguration`, `agSavePending`, `agSaveConfiguration`, `agRevert`, `agLastSetErrorReason`. */
export const APPLY: string = `${AGENT}.2.0`
export const SAVE_PENDING: string = `${AGENT}.3.0`
export const SAVE: string = `${AGENT}.4.0`
export const REVERT: string = `${AGENT}.5.0`
export const LAST_ERROR: string = `${AGENT}.16.0`
/** What each of them is set to, and what `agSavePending` is where a save is owed. */
export const DO_IT = 2
export const SAVE_NEEDED = 1

/** `vADCMaxVADCId`. */
export const MAX_ID: string = `${VADC}.1.1.1.0`
/** `vADCInfoAvailableCU`, `vADCInfoAvailableThruput`. */
export const FREE_UNITS: string = `${VADC}.2.1.1.0`
export const FREE_THROUGHPUT: string = `${VADC}.2.1.2.0`

/** `vADCCurCfgTable`: what holds. */
export const CURRENT: string = `${VADC}.1.1.3.1`
export const CURRENT_COLUMNS = { vlans: 2, name: 3, units: 4, limit: 5, state: 6, image: 14 } as const
/** `vADCNewCfgTable`: what is to hold. The first SET makes a row. */
export const CANDIDATE: string = `${VADC}.1.1.4.1`
export const CANDIDATE_COLUMNS = { addVlan: 3, name: 5, units: 6, limit: 7, state: 8, remove: 9, image: 17 } as const
/** `vADCInfoTable`. Its name has 18 characters at most, so it is of no use here. */
export const INFO: string = `${VADC}.2.1.3.1`
export const INFO_STATUS = 3
/** `vADCCurCfgSysTable`: the address by which a vADC is managed. */
export const SYSTEM: string = `${VADC}.1.1.5.1`
export const SYSTEM_ADDRESS = 1

export const ENABLED = 2
export const DISABLED = 3
export const REMOVE = 2

/** `vADCInfoStatus`. */
export const INFO_WORDS = ['disabled', 'init', 'running', 'down', 'stopping', 'restarting', 'querying'] as const
