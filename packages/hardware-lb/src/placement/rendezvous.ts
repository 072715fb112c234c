import { createHash } from 'node:crypto'

/**
 * The order in which a name tries places: the same for every controller, evenly spread, and unchanged for all other
 * names when a place comes or goes (Thaler and Ravishankar, rendezvous hashing).
 */
export function rendezvousOrder<T>(name: string, places: readonly T[], idOf: (place: T) => string): readonly T[] {
  return places
    .map((place) => ({
      place,
      weight: createHash('sha256')
        .update(`${name}\0${idOf(place)}`)
        .digest('hex'),
    }))
    .sort((a, b) => (a.weight < b.weight ? 1 : -1))
    .map(({ place }) => place)
}
