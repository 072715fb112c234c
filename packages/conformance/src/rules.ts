import type { Rule } from './rule.ts'
import { attachRules } from './rules/attach.ts'
import { buildRules } from './rules/build.ts'
import { deleteRules } from './rules/delete.ts'
import { answerRules } from './rules/fault-answer.ts'
import { connectionRules } from './rules/fault-connection.ts'
import { statusFaultRules } from './rules/fault-status.ts'
import { findAndListRules } from './rules/find-list.ts'
import { groupRules } from './rules/groups.ts'
import { hygieneRules } from './rules/hygiene.ts'
import { idRules } from './rules/id.ts'
import { outageRules } from './rules/outage.ts'
import { payloadRules } from './rules/payload.ts'
import { pluginRules } from './rules/plugin.ts'
import { fieldRefusalRules, verbRefusalRules } from './rules/refusals.ts'
import { signalRules } from './rules/signal.ts'
import { statusRules } from './rules/status.ts'
import { suspendRules } from './rules/suspend.ts'
import { waitRules } from './rules/wait.ts'
import { watchRules } from './rules/watch.ts'

/** The driver contract, in the order in which it is documented and tested. */
export const rules: readonly Rule[] = Object.freeze([
  ...pluginRules,
  ...buildRules,
  ...fieldRefusalRules,
  ...payloadRules,
  ...deleteRules,
  ...statusRules,
  ...findAndListRules,
  ...suspendRules,
  ...waitRules,
  ...idRules,
  ...watchRules,
  ...attachRules,
  ...groupRules,
  ...verbRefusalRules,
  ...signalRules,
  ...outageRules,
  ...connectionRules,
  ...statusFaultRules,
  ...answerRules,
  ...hygieneRules,
])
