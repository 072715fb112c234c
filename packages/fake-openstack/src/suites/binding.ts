import { createFakeServer } from '@amphora/conformance/fake-server'
import type { AmphoraComputeDriver } from '@amphora/core'
import { failure } from '@amphora/test-tools'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { FakeCloud } from '../cloud.ts'
import { testCall } from '../toolkit/test-call.ts'

export type BoundDriver = Required<Pick<AmphoraComputeDriver, 'check' | 'close'>>

/** A cloud and a driver on it. */
export interface BindingBench {
  readonly cloud: Pick<FakeCloud, 'authUrl' | 'keystone' | 'requests'>
  readonly driver: BoundDriver
  /** A further driver on the same cloud. */
  readonly connect: () => BoundDriver
}

export interface BindingSubject {
  readonly start: () => Promise<BindingBench>
  /** Binds the plugin to a cloud, with `allowInsecureHttp` as it is given. */
  readonly bind: (cloud: BindingBench['cloud'], options: { readonly allowInsecureHttp: boolean }) => unknown
  /** The version that a check tells. */
  readonly version: string
  /** The type of the service in the catalogue, and an address of it on a machine that is not there. */
  readonly service: readonly [type: string, elsewhere: string]
}

/** What holds for every driver of an OpenStack service: it goes nowhere but where its options lead. */
export function bindingSuite({ start, bind, version, service: [type, elsewhere] }: BindingSubject): void {
  describe('the environment', () => {
    afterEach(() => void vi.unstubAllEnvs())

    it('is not asked for a cloud, a login or a certificate', async () => {
      const { driver } = await start()
      for (const [name, value] of Object.entries({
        OS_CLOUD: 'nowhere',
        OS_AUTH_URL: 'http://192.0.2.1:5000',
        OS_USERNAME: 'nobody',
        OS_PASSWORD: 'wrong',
        OS_PROJECT_NAME: 'none',
        OS_CACERT: '/nowhere',
        OS_CLIENT_CONFIG_FILE: '/nowhere/clouds.yaml',
      })) {
        vi.stubEnv(name, value)
      }
      expect((await driver.check(testCall())).version).toBe(version)
    })

    it('is not asked for a proxy', async () => {
      const { driver } = await start()
      await using proxy = await createFakeServer()
      for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']) {
        vi.stubEnv(name, proxy.url)
      }
      expect((await driver.check(testCall())).version).toBe(version)
      expect(proxy.count()).toBe(0)
    })
  })

  describe('plain http', () => {
    it('is refused where no option lets it through, and nothing is sent', async () => {
      const { cloud } = await start()
      expect(() => bind(cloud, { allowInsecureHttp: false })).toThrow(/plain http/)
      expect(cloud.requests()).toBe(0)
    })

    it('is refused for a service of the catalogue that is on another machine, and no token is sent there', async () => {
      const { cloud, driver } = await start()
      cloud.keystone.services.set(type, elsewhere)
      const refused = { code: 'failed-precondition', reason: 'http/destination' }
      expect(await failure(driver.check(testCall()))).toMatchObject(refused)
    })
  })

  describe('two bindings of one plugin', () => {
    it('share nothing: one closed leaves the other at work', async () => {
      const { cloud, driver, connect } = await start()
      const other = connect()
      await driver.check(testCall())
      await driver.close()
      expect((await other.check(testCall())).version).toBe(version)
      expect(cloud.keystone.logins).toBe(2)
    })

    it('of which one is closed refuses every call, and sends nothing', async () => {
      const { cloud, driver } = await start()
      await driver.check(testCall())
      await driver.close()
      await driver.close()
      const before = cloud.requests()
      expect(await failure(driver.check(testCall()))).toMatchObject({ code: 'cancelled' })
      expect(cloud.requests()).toBe(before)
    })
  })
}
