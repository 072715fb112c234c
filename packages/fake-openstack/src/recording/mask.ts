import { isRecord } from '../toolkit/json.ts'

/** What differs from cloud to cloud and from run to run, with what stands for it. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+/g, '<origin>'],
  [/req-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<request>'],
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<uuid>'],
  [/\b[0-9a-f]{56}\b|\b[0-9a-f]{128}\b/g, '<hash>'],
  [/\b[0-9a-f]{32}\b/g, '<id>'],
  [/\br-[0-9a-z]{8}\b/g, '<reservation>'],
  [/\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/gi, '<mac>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '<address>'],
  [/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z?/g, '<time>'],
  [/gAAAAA[\w-]*/g, '<token>'],
]

/** Text with its ids, addresses, times and origins masked; in what is said of quotas the numbers too. */
export function masked(text: string): string {
  const found = masks.reduce((before, [pattern, mask]) => before.replaceAll(pattern, mask), text)
  return /Quota exceeded for/.test(found) ? found.replaceAll(/\b\d+\b/g, '<n>') : found
}

/** The same in every text of a JSON value. */
export function maskedJson(value: unknown): unknown {
  if (typeof value === 'string') return masked(value)
  if (Array.isArray(value)) return value.map(maskedJson)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskedJson(one)]))
}
