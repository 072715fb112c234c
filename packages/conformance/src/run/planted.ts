import type { BuildRequest, Capabilities } from '@amphora/core'
import { newCanary, secretOf, type Secret } from '../observe/secret.ts'
import { newSshKey } from './ssh-key.ts'

/** Where the kit's own file lies in everything that it builds on a driver that takes files. */
const PATH = '/etc/amphora-kit/canary'

/** Secrets of the kit's own, put into every request wherever the driver takes some. */
export class Planted {
  readonly #file: string = newCanary()
  readonly #userData: string = newCanary()
  readonly #key: string = newSshKey('kit')
  readonly #option: string = newCanary()

  /** To be put into options, in places where no option is. */
  get option(): string {
    return this.#option
  }

  get secrets(): readonly Secret[] {
    return [
      secretOf("a file's content", this.#file),
      secretOf('user data', this.#userData),
      // The beginning of every key of this kind is the same.
      secretOf('a key', this.#key.split(' ')[1]?.slice(-43) ?? ''),
      secretOf('an option', this.#option),
    ]
  }

  /** The request with a file, user data and a key more, where there is room for them. */
  into(request: BuildRequest, { files, userData, keys }: Capabilities): BuildRequest {
    const given = request.configDriveFiles ?? {}
    const room = files !== undefined && Object.keys(given).length < files.maxCount
    return {
      ...request,
      ...(room ? { configDriveFiles: { ...given, [PATH]: `${this.#file}\n` } } : {}),
      ...(userData !== undefined && request.userData === undefined
        ? { userData: `#cloud-config\n# ${this.#userData}\n` }
        : {}),
      ...(keys === undefined ? {} : { keys: [...(request.keys ?? []), this.#key] }),
    }
  }
}
