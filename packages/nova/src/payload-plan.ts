import { InvalidRequestError, type BootFile, type BuildOrder } from '@amphora/core'
import { composeUserData } from '@amphora/openstack'
import type { Settings } from './options.ts'

/** The way that keys, files and user data take into the server. */
export interface PayloadPlan {
  readonly userData: Uint8Array | undefined
  /** Sent as `personality`, which ends with microversion 2.56. */
  readonly personality: readonly BootFile[]
}

/** Nova takes 65 535 characters of base64 (nova/api/openstack/compute/schemas/servers.py). */
const MAX_USER_DATA: number = 49_149
const PASSAGE = { longest: MAX_USER_DATA }

/** The last microversion that takes `personality` (openstack/nova, rest_api_version_history.rst, 2.57). */
export const LAST_PERSONALITY = '2.56'

/**
 * Longest file that travels as `personality`, bytes: Nova's quota of 10 240 counts the characters of the base64 text
 * (openstack/nova, nova/compute/api.py: _check_injected_file_quota).
 */
const MAX_PERSONALITY_FILE: number = 7_680

/**
 * Files go through cloud-init, which needs no more than what the server keeps; where the document does not fit, those
 * that are short enough go as `personality`.
 *
 * @throws {InvalidRequestError} where that does not help either; nothing has been sent.
 */
export async function planPayload(order: BuildOrder, files: Settings['files']): Promise<PayloadPlan> {
  if (files !== 'personality' || order.files.length === 0) {
    const userData = await composeUserData(order, PASSAGE)
    if (fits(userData)) return { userData, personality: [] }
    if (files === 'cloud-init' || order.files.length === 0) throw tooLong(userData, files)
  }
  const [personality, long] = parted(order.files)
  if (files === 'personality' && long.length > 0) throw tooLongFor(long)
  const userData = await composeUserData({ ...order, files: long }, PASSAGE)
  if (!fits(userData)) throw tooLong(userData, files)
  return { userData, personality }
}

function parted(files: readonly BootFile[]): readonly [short: readonly BootFile[], long: readonly BootFile[]] {
  const isShort = ({ bytes }: BootFile): boolean => bytes.byteLength <= MAX_PERSONALITY_FILE
  return [files.filter(isShort), files.filter((file) => !isShort(file))]
}

function fits(userData: Uint8Array | undefined): boolean {
  return (userData?.byteLength ?? 0) <= MAX_USER_DATA
}

function tooLong(userData: Uint8Array | undefined, files: Settings['files']): InvalidRequestError {
  const apart = `files of up to ${MAX_PERSONALITY_FILE} bytes travel apart from it where they do not fit`
  const found = `together make user data of ${userData?.byteLength} bytes, gzipped; Nova takes ${MAX_USER_DATA}`
  return new InvalidRequestError([
    files === 'cloud-init'
      ? `configDriveFiles, keys and userData ${found}. Send less, or let the driver's option files be "auto", with which ${apart}`
      : `keys, userData and the longer of configDriveFiles ${found}. Send less; ${apart}`,
  ])
}

function tooLongFor(long: readonly BootFile[]): InvalidRequestError {
  return new InvalidRequestError(
    long.map(
      ({ path, bytes }) =>
        `configDriveFiles ${JSON.stringify(path)} has ${bytes.byteLength} bytes; as personality Nova takes ` +
        `${MAX_PERSONALITY_FILE}. Let the driver's option files be "auto" or "cloud-init"`,
    ),
  )
}
