/** Why the world does not do what it is asked, in its own words. */
export type RefusalWord =
  | 'absent'
  | 'foreign'
  | 'foreign-name'
  | 'other-order'
  | 'being-deleted'
  | 'busy'
  | 'not-active'
  | 'not-suspended'
  | 'no-capacity'
  | 'no-host'
  | 'no-address'
  | 'unknown-image'
  | 'unknown-flavor'
  | 'unknown-zone'
  | 'unknown-network'
  | 'unknown-security-group'
  | 'unknown-group'
  | 'port-in-use'
  | 'address-taken'
  | 'bad-address'
  | 'group-exists'

/** The world's answer to what it will not do; nothing has changed. It is a driver's to translate, and never escapes. */
export class Refusal extends Error {
  readonly word: RefusalWord

  constructor(word: RefusalWord) {
    super(word)
    this.word = word
  }
}
