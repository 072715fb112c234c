/** Faults have one code for everything, so their sentences decide. Those of Nova 26 (nova/exception.py). */
export function faultReason(fault: string): string | undefined {
  return FAULTS.find(([says]) => says.test(fault))?.[1]
}

const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^No valid host was found\./, 'nova/no-valid-host'],
  [/^Build of instance \S+ aborted/, 'nova/build-aborted'],
  [/^Exceeded maximum number of retries/, 'nova/no-host-took-it'],
  [/^it crashed$/, 'nova/crashed'],
  [/ failed$/, 'nova/action-failed'],
]
