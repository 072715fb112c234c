/** A service's own words for people: one line of bounded length. */
export function oneLine(text: string, longest: number): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, longest)
}
