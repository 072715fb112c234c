import assert from 'node:assert/strict'
import { InvalidRequestError, type Content } from '@amphora/core'
import { rejectsAs } from '../judge/expect.ts'
import type { Rule } from '../rule.ts'
import type { Scene } from '../run/scene.ts'
import { newSshKey } from '../run/ssh-key.ts'
import { sendsNothing } from './refusals.ts'

const EVERY_BYTE: Uint8Array = Uint8Array.from({ length: 256 }, (_, index) => index)
const NOT_ASCII = 'Grüße, 負荷分散, 🐎\n'

/** What goes into an instance arrives there as it was given. */
export const payloadRules: readonly Rule[] = [
  {
    id: 'payload/files-arrive-exact',
    level: 'must',
    title: 'paths and bytes of files arrive as they were given, empty, binary and non-ASCII ones included',
    when: { declares: 'files' },
    needs: ['arrived'],
    check: async (scene) => {
      const { maxCount, maxBytes } = filesOf(scene)
      const contents: readonly Uint8Array[] = [
        EVERY_BYTE,
        new Uint8Array(),
        Buffer.from(NOT_ASCII),
        filled(maxBytes),
        Buffer.from('\r\n no end of line'),
      ]
      const files = Object.fromEntries(
        contents.slice(0, maxCount).map((bytes, index) => [`/etc/amphora-kit/sub.d/Datei-ä-${index}`, bytes]),
      )
      const { id, name } = await buildWith(scene, { configDriveFiles: files })
      await scene.reach(id, 'active')
      const arrived = await scene.backend.arrived(name)
      for (const [path, bytes] of Object.entries(files)) {
        const found = arrived.files.get(path)
        assert.ok(found !== undefined, `a file arrived at ${path}; found ${[...arrived.files.keys()].join(', ')}`)
        assert.ok(Buffer.from(found).equals(bytes), `the ${bytes.length} bytes of ${path}; found ${found.length}`)
      }
    },
  },
  {
    id: 'payload/user-data-arrives-exact',
    level: 'must',
    title: 'user data arrives as it was given, binary, non-ASCII and of the greatest size included',
    when: { declares: 'userData' },
    needs: ['arrived'],
    check: async (scene) => {
      const { maxBytes } = scene.capabilities.userData ?? { maxBytes: 0 }
      for (const bytes of [EVERY_BYTE, Buffer.from(NOT_ASCII), filled(maxBytes)]) {
        const { id, name } = await buildWith(scene, { userData: bytes })
        await scene.reach(id, 'active')
        const { userData } = await scene.backend.arrived(name)
        assert.ok(userData !== undefined, 'user data arrived')
        assert.ok(Buffer.from(userData).equals(bytes), `${bytes.length} bytes of user data; found ${userData.length}`)
        await scene.remove(id)
      }
    },
  },
  {
    id: 'payload/keys-arrive',
    level: 'must',
    title: 'every key arrives, in order',
    when: { declares: 'keys' },
    needs: ['arrived'],
    check: async (scene) => {
      // In an order that no sorting gives.
      const keys = ['zoe', 'adam', 'mia']
        .map((comment) => newSshKey(`${comment}@kit`))
        .sort()
        .toReversed()
      const { id, name } = await buildWith(scene, { keys })
      await scene.reach(id, 'active')
      assert.deepEqual((await scene.backend.arrived(name)).keys, keys)
    },
  },
  {
    id: 'payload/sixth-file',
    level: 'must',
    title: 'one file more than the driver takes is refused before anything is sent',
    when: { declares: 'files' },
    check: async (scene) => {
      const { maxCount } = filesOf(scene)
      const paths = Array.from({ length: maxCount + 1 }, (_, index) => [`/etc/amphora-kit/${index}`, 'x'])
      await refused(scene, Object.fromEntries(paths))
    },
  },
  {
    id: 'payload/too-large',
    level: 'must',
    title: 'a file of as many bytes as the driver takes passes; of one more, it is refused before anything is sent',
    when: { declares: 'files' },
    check: async (scene) => {
      const { maxBytes } = filesOf(scene)
      await refused(scene, { '/etc/amphora-kit/large': filled(maxBytes + 1) })
      const twoBytesEach = 'ä'.repeat(Math.floor(maxBytes / 2) + 1)
      await refused(scene, { '/etc/amphora-kit/large': twoBytesEach })
      await buildWith(scene, { configDriveFiles: { '/etc/amphora-kit/large': filled(maxBytes) } })
    },
  },
  {
    id: 'payload/bad-path',
    level: 'must',
    title: 'paths with `..`, NUL, relative, or not in their normal form are refused before anything is sent',
    when: { declares: 'files' },
    check: async (scene) => {
      const bad = [
        '../etc/x',
        '/etc/../x',
        '/etc/..',
        '/etc/./x',
        '/etc//x',
        '/etc/x/',
        'etc/x',
        '',
        '/',
        '/etc/\0x',
        '/etc\\x',
        '/proc/x',
      ]
      for (const path of bad) await refused(scene, { [path]: 'x' })
    },
  },
  {
    id: 'files/overwrite',
    level: 'must',
    title: 'a file of the image at that path is replaced',
    when: { declares: 'files' },
    needs: ['arrived', 'imageFile'],
    check: async (scene) => {
      const { imageFile = '' } = scene.told
      const { id, name } = await buildWith(scene, { configDriveFiles: { [imageFile]: NOT_ASCII } })
      await scene.reach(id, 'active')
      const found = (await scene.backend.arrived(name)).files.get(imageFile)
      assert.equal(Buffer.from(found ?? []).toString(), NOT_ASCII, `what lies at ${imageFile}`)
    },
  },
]

async function buildWith(
  scene: Scene,
  payload: {
    readonly configDriveFiles?: Readonly<Record<string, Content>>
    readonly userData?: Content
    readonly keys?: readonly string[]
  },
): Promise<{ readonly id: string; readonly name: string }> {
  const name = scene.name()
  return { id: await scene.compute.build({ ...scene.plainRequest(name), ...payload }), name }
}

async function refused(scene: Scene, configDriveFiles: Readonly<Record<string, Content>>): Promise<void> {
  const paths = Object.keys(configDriveFiles)
    .map((path) => JSON.stringify(path))
    .join(', ')
  await sendsNothing(scene, async () => {
    await rejectsAs(buildWith(scene, { configDriveFiles }), `a build with a file at ${paths}`, InvalidRequestError)
  })
}

function filesOf({ capabilities }: Scene): { readonly maxCount: number; readonly maxBytes: number } {
  return capabilities.files ?? { maxCount: 0, maxBytes: 0 }
}

/** Text that no shorter part of it equals, so that a cut or a shift shows. */
function filled(bytes: number): Uint8Array {
  return Buffer.from(
    Array.from({ length: Math.ceil(bytes / 8) }, (_, index) => `${String(index).padStart(7, '0')}\n`).join(''),
  ).subarray(0, bytes)
}
