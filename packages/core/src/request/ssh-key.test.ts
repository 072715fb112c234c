import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sshKeyProblem } from './ssh-key.ts'

/** An authorized_keys line as RFC 4253 section 6.6 lays it out. */
function keyLine(type: string, comment = '', inside: string = type): string {
  const lengthOf = (text: string): Buffer => Buffer.from([0, 0, 0, text.length])
  const blob = Buffer.concat([lengthOf(inside), Buffer.from(inside), Buffer.from([0, 0, 0, 1, 7])])
  return `${type} ${blob.toString('base64')}${comment}`
}

const DAMAGED = 'is damaged: the type inside its base64 is not the one before it'
const NO_TYPE = 'begins with the key type, such as ssh-ed25519; options before it are refused'
const NOT_ONE_LINE = 'is one line of text, without control characters'

describe('an SSH public key', () => {
  it('is one that OpenSSH wrote', () => {
    const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaTfXCAqbYPXwVs8soGtkr+7rjCUgmyI13XuX3Hjb6+ ops@example'
    const ecdsa =
      'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBM5JMxUiSqFzCn4jjRNBSZ0fUJFH+B9d03njMHNmqpOSAWkWadWMWBa1mu8aJLVlJH/3OuIBU3u+8xV3QiaCBwg= '
    expect([ed25519, ecdsa].map(sshKeyProblem)).toEqual([undefined, undefined])
  })

  it.each([
    'ssh-ed25519',
    'ssh-rsa',
    'ecdsa-sha2-nistp256',
    'sk-ssh-ed25519@openssh.com',
    'ssh-ed25519-cert-v01@openssh.com',
  ])('is of type %s', (type) => {
    expect(sshKeyProblem(keyLine(type))).toBeUndefined()
    expect(sshKeyProblem(keyLine(type, ' a comment\twith blanks, ünï and = signs'))).toBeUndefined()
  })

  it('is a string', () => {
    expect(sshKeyProblem(7)).toBe('is a string; found number')
  })

  it('has at most 16 384 characters', () => {
    const line = keyLine('ssh-rsa', ' ')
    expect(sshKeyProblem(line + 'c'.repeat(16_384 - line.length))).toBeUndefined()
    expect(sshKeyProblem(line + 'c'.repeat(16_385 - line.length))).toBe('has at most 16384 characters; found 16385')
  })

  it('is no private key, and none is quoted', () => {
    const { privateKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    expect(sshKeyProblem(privateKey)).toBe('is a private key; a public key belongs here')
    expect(sshKeyProblem('-----BEGIN OPENSSH PRIVATE KEY-----')).toBe('is a private key; a public key belongs here')
  })

  it.each(['\n', '\r', '\0', '\u000b', '\u000c', '\u001c', '\u001e', '\u0085', '\u2028', '\u2029', '\u007f', '\ud800'])(
    'is refused with %j in it, where some reader ends the line and takes the rest for another key',
    (end) => {
      expect(sshKeyProblem(keyLine('ssh-ed25519', ` a${end}command="x" ${keyLine('ssh-rsa')}`))).toBe(NOT_ONE_LINE)
    },
  )

  it.each([
    '',
    ' ',
    `command="id" ${keyLine('ssh-rsa')}`,
    `no-pty,command="id" ${keyLine('ssh-rsa')}`,
    `-x ${keyLine('ssh-rsa')}`,
    'ss',
  ])('begins with its type, and not with %j', (line) => {
    expect(sshKeyProblem(line)).toBe(NO_TYPE)
  })

  it('has a type of 3 to 64 characters', () => {
    expect(sshKeyProblem(keyLine('abc'))).toBeUndefined()
    expect(sshKeyProblem(keyLine('a'.repeat(64)))).toBeUndefined()
    expect(sshKeyProblem(keyLine('a'.repeat(65)))).toBe(NO_TYPE)
  })

  it.each(['ssh-rsa', 'ssh-rsa ', 'ssh-rsa  AAAA', 'ssh-rsa AA*A', 'ssh-rsa AAAA===', 'ssh-rsa ='])(
    'has base64, as %j has not',
    (line) => {
      expect(sshKeyProblem(line)).toBe('has base64 after the key type')
    },
  )

  it('says inside its base64 what it says before it', () => {
    expect(sshKeyProblem(keyLine('ssh-rsa', '', 'ssh-dss'))).toBe(DAMAGED)
    expect(sshKeyProblem(keyLine('ssh-rsa', '', 'ssh-rsb'))).toBe(DAMAGED)
  })

  it('is damaged where it is cut off', () => {
    const [type = '', blob = ''] = keyLine('ssh-rsa').split(' ')
    const bytes = Buffer.from(blob, 'base64')
    const cutTo = (length: number): string => `${type} ${bytes.subarray(0, length).toString('base64')}`
    for (const length of [1, 3, 4, 10, 11]) expect(sshKeyProblem(cutTo(length))).toBe(DAMAGED)
    expect(sshKeyProblem(cutTo(12))).toBeUndefined()
  })
})
