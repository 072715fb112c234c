import { Refusal } from '@amphora/fake-openstack'

const words: Readonly<Record<number, string>> = {
  400: 'badRequest',
  403: 'forbidden',
  404: 'itemNotFound',
  409: 'conflictingRequest',
}

/** A refusal in Nova's shape: `{"badRequest": {"code": 400, "message": …}}`. */
export function refuse(
  status: number,
  message: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): Refusal {
  return new Refusal({
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
    json: { [words[status] ?? 'computeFault']: { code: status, message } },
  })
}

export function noInstance(id: string): Refusal {
  return refuse(404, `Instance ${id} could not be found.`)
}

export function forbidden(policy: string): Refusal {
  return refuse(403, `Policy doesn't allow ${policy} to be performed.`)
}

/** What Nova says where it did not expect what Neutron said. */
export function unexpected(exception: string): Refusal {
  const message =
    'Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.'
  return refuse(500, `${message}\n<class '${exception}'>`)
}
