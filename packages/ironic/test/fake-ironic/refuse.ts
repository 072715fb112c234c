import { Refusal } from '@amphora/fake-openstack'

/** A refusal as Ironic writes it: JSON whose only value is a text that holds JSON again. */
export function refuse(status: number, faultstring: string): Refusal {
  const faultcode = status >= 500 ? 'Server' : 'Client'
  return new Refusal({ status, json: { error_message: pythonJson({ faultcode, faultstring, debuginfo: null }) } })
}

/** With the blanks that Python's `json` puts in. */
function pythonJson(record: Readonly<Record<string, string | number | null>>): string {
  const pairs = Object.entries(record).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
  return `{${pairs.join(', ')}}`
}

/** A refusal of the layer before: it has another form, and fewer headers. */
export function refusePlainly(status: number, title: string, description: string, ranged: boolean): Refusal {
  const headers = ranged ? {} : { [BARE]: 'true' }
  return new Refusal({
    status,
    headers,
    json: { error_message: pythonJson({ code: status, title, description }) },
  })
}

/** Marks an answer that does not tell the range of versions either. Never sent. */
export const BARE = 'x-fake-bare'

export function noNode(ident: string): Refusal {
  return refuse(404, `Node ${ident} could not be found.`)
}

export function noAllocation(ident: string): Refusal {
  return refuse(404, `Allocation ${ident} could not be found.`)
}

export function lockedNode(uuid: string, host: string): Refusal {
  return refuse(409, `Node ${uuid} is locked by host ${host}, please retry after the current operation is completed.`)
}

export function cannot(action: string, node: string, state: string | null): Refusal {
  return refuse(
    400,
    `The requested action "${action}" can not be performed on node "${node}" while it is in state "${state}".`,
  )
}
