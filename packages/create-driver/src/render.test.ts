import { expect, it } from 'vitest'
import { namesOf } from './name.ts'
import { render } from './render.ts'

const filling = { names: namesOf('my-cloud', '@acme'), type: 'BareMetal' } as const

it('replaces placeholders in texts and in paths, also within longer words', () => {
  const text = "import type { __Name__Options } from './fake-__driver__.ts' // __name__ __package__ __Type__"
  expect(render(text, filling)).toBe(
    "import type { MyCloudOptions } from './fake-my-cloud.ts' // myCloud @acme/amphora-driver-my-cloud BareMetal",
  )
})

it('leaves what is none as it is', () => {
  const text = "'__proto__' __dirname __constructor__ __x1__"
  expect(render(text, filling)).toBe(text)
})
