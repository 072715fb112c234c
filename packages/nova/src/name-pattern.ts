/**
 * A name as the pattern of Nova's `name` filter, which is a regular expression of the data base (openstack/nova,
 * `_get_regexp_ops` in nova/db/main/api.py). Whatever could mean something there is "any character", since the dialects
 * escape in different ways; so, and because MySQL compares without case, whoever asks compares the names again.
 */
export function namePattern(name: string): string {
  return `^${name.replace(/[^A-Za-z0-9_-]/g, '.')}$`
}
