const MAX_BYTES = 255
const FORBIDDEN_ROOTS = ['/proc', '/sys', '/dev']
const encoder = new TextEncoder()

/**
 * Why a path cannot be written into an amphora; `undefined` where it can. The rules are the engine-independent floor:
 * an absolute POSIX path that is already in its normal form, because archive formats and backends resolve `..` freely.
 */
export function filePathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'is not absolute'
  if (encoder.encode(path).length > MAX_BYTES) return `is longer than ${MAX_BYTES} bytes`
  if (hasControlCharacter(path)) return 'holds a NUL or another control character'
  if (path.includes('\\')) return 'holds a backslash'
  if (!path.isWellFormed()) return 'is not well-formed Unicode'
  if (path.endsWith('/')) return 'names no file: it ends in "/"'
  const segments = path.slice(1).split('/')
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return 'holds an empty, "." or ".." segment'
  }
  const root = FORBIDDEN_ROOTS.find((forbidden) => path === forbidden || path.startsWith(`${forbidden}/`))
  return root === undefined ? undefined : `lies below ${root}, which the kernel owns`
}

export function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < 0x20 || unit === 0x7f) return true
  }
  return false
}
