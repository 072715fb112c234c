import { claim } from '../claim.ts'
import { HAPROXY_CFG } from '../haproxy-cfg.ts'
import type { Step } from '../scene.ts'

export const arrival: Step = {
  title: 'see its configuration arrive',
  run: async ({ stage, request }) => {
    const content = request.configDriveFiles?.[HAPROXY_CFG]
    claim(typeof content === 'string', `the request must hold ${HAPROXY_CFG}`)
    claim(
      stage.holdsFile?.(request.name, HAPROXY_CFG, content) === true,
      `${HAPROXY_CFG} must lie in the amphora as it was given, and does not`,
    )
    return `${HAPROXY_CFG}, to the byte`
  },
}
