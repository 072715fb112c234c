/** The keys of an authorized_keys file (sshd(8)): one a line; empty lines and those that begin with `#` say nothing. */
export function keyLines(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}
