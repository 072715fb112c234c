import { X509Certificate } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'

/** What a fake speaks TLS with, and what an inventory says to believe it. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  /** SHA-256 with colons. */
  readonly pin: string
  /** Where the certificate lies, since an inventory that survives JSON refers to files. */
  readonly file: string
}

/** For 127.0.0.1 unless it has another name, signed by itself; made for one run. */
export async function makeCertificate(name?: string): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'an appliance' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [name === undefined ? { type: 7, ip: '127.0.0.1' } : { type: 2, value: name }],
      },
    ],
  })
  const file = join(mkdtempSync(join(tmpdir(), 'hardware-lb-')), 'ca.pem')
  writeFileSync(file, made.cert)
  return { cert: made.cert, key: made.private, pin: new X509Certificate(made.cert).fingerprint256, file }
}
