import { Refusal } from '../toolkit/refusal.ts'

/** What Neutron says when it refuses. */
export class NeutronRefusal extends Refusal {
  readonly status: number
  readonly type: string
  readonly said: string

  constructor(status: number, type: string, said: string) {
    super({ status, json: { NeutronError: { type, message: said, detail: '' } } })
    this.status = status
    this.type = type
    this.said = said
  }
}

export function notFound(what: 'Network' | 'Port', id: string): NeutronRefusal {
  return new NeutronRefusal(404, `${what}NotFound`, `${what} ${id} could not be found.`)
}

export function badRequest(said: string): NeutronRefusal {
  return new NeutronRefusal(400, 'HTTPBadRequest', said)
}
