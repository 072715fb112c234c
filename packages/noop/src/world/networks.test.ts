import { describe, expect, it } from 'vitest'
import { Networks } from './networks.ts'

describe('networks', () => {
  it('give every port an address and a MAC of its own', () => {
    const networks = new Networks()
    const ports = [networks.make('front'), networks.make('front'), networks.make('back')]
    expect(ports.map(({ ip }) => ip)).toEqual(['10.0.0.2', '10.0.0.3', '10.1.0.2'])
    expect(new Set(ports.map(({ mac }) => mac)).size).toBe(3)
    expect(ports[0]?.mac).toBe('02:00:00:00:00:02')
  })

  it('give an address up with its port, and let it come round after all others', () => {
    const networks = new Networks()
    const first = networks.make('front')
    networks.release(first)
    expect(networks.made()).toEqual([])
    expect(networks.make('front').ip).toBe('10.0.0.3')
    for (let left = 65_532; left > 0; left--) networks.make('front')
    expect(() => networks.make('front')).toThrow('no-address')
    networks.release(networks.made()[0] ?? first)
    expect(networks.make('front').ip).toBe('10.0.0.3')
  })

  it('give the address that is asked for, where it is free and lies on the network', () => {
    const networks = new Networks()
    expect(networks.make('front', '10.0.7.7').ip).toBe('10.0.7.7')
    expect(() => networks.make('front', '10.0.7.7')).toThrow('address-taken')
    expect(() => networks.make('front', '10.9.0.5')).toThrow('bad-address')
    expect(() => networks.make('front', '10.0.7')).toThrow('bad-address')
  })

  it('pass over an address that was given on request', () => {
    const networks = new Networks()
    networks.make('front', '10.0.0.2')
    expect(networks.make('front').ip).toBe('10.0.0.3')
  })

  it('keep a caller’s port and its address when it is released, and refuse it to a second user', () => {
    const networks = new Networks()
    const port = networks.use('port-1')
    expect(() => networks.use('port-1')).toThrow('port-in-use')
    networks.release(port)
    expect(networks.use('port-1')).toBe(port)
    expect(networks.made()).toEqual([])
  })

  it('refuse a port that was made for an instance to any other', () => {
    const networks = new Networks()
    const port = networks.make('front')
    expect(() => networks.use(port.id)).toThrow('port-in-use')
  })
})
