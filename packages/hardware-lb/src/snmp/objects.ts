/** What every agent has (RFC 3418 and RFC 3411). */
export const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0'
export const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0'
export const SYS_NAME = '1.3.6.1.2.1.1.5.0'
