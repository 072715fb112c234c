import { generate } from 'selfsigned'

const made = await generate([{ name: 'commonName', value: 'a test' }], {
  keyType: 'ec',
  algorithm: 'sha256',
  extensions: [
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ],
})

/** For 127.0.0.1, signed by itself, made for one run. */
export const certificate: { readonly cert: string; readonly key: string } = { cert: made.cert, key: made.private }
