import { beforeEach, describe, expect, it } from 'vitest'
import { Agenda } from './agenda.ts'

describe('Agenda', () => {
  let now: number
  let agenda: Agenda
  let done: string[]

  beforeEach(() => {
    now = 1000
    done = []
    const sleep = async (ms: number): Promise<void> => void (now += ms)
    agenda = new Agenda({ now: () => now, sleep })
  })

  const plan = (name: string, ms: number, lane = ''): Disposable =>
    agenda.in(ms, lane, () => void done.push(`${name} at ${agenda.now()}`))

  it('does what is due when somebody looks, in order of time, at the time at which it was due', () => {
    plan('late', 20)
    plan('early', 10)
    plan('early too', 10)
    now = 1009
    agenda.tick()
    expect(done).toEqual([])
    now = 5000
    agenda.tick()
    expect(done).toEqual(['early at 1010', 'early too at 1010', 'late at 1020'])
    agenda.tick()
    expect(done).toHaveLength(3)
  })

  it('does what follows from it in the same look', () => {
    agenda.in(10, '', () => plan('next', 5))
    now = 1015
    agenda.tick()
    expect(done).toEqual(['next at 1015'])
  })

  it('drops what is taken back', () => {
    plan('never', 0)[Symbol.dispose]()
    agenda.tick()
    expect(done).toEqual([])
  })

  it('holds a lane until every hold is given back, and does then at that moment what was due meanwhile', () => {
    const holds = [agenda.hold('a'), agenda.hold('a')]
    plan('held', 0, 'a')
    plan('free', 0, 'b')
    now = 3000
    agenda.tick()
    expect(done).toEqual(['free at 1000'])
    holds[0]?.[Symbol.dispose]()
    holds[0]?.[Symbol.dispose]()
    agenda.tick()
    expect(done).toHaveLength(1)
    holds[1]?.[Symbol.dispose]()
    agenda.tick()
    expect(done).toEqual(['free at 1000', 'held at 3000'])
  })

  it('settles when nothing is left but what is held', async () => {
    agenda.hold('a')
    plan('held', 0, 'a')
    plan('free', 500)
    await agenda.settle()
    expect(done).toEqual(['free at 1500'])
  })
})
