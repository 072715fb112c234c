/** Something that happens at a moment, by itself. */
export interface Appointment {
  readonly at: number
  /** What happens then. */
  readonly act: () => void
}

/** What will happen, in order of time; what was entered first comes first among equals. Holds no timer. */
export class Agenda {
  readonly #appointments: Appointment[] = []

  /** The moment of the next one; `undefined` where nothing is to come. */
  get nextAt(): number | undefined {
    return this.#appointments[0]?.at
  }

  get size(): number {
    return this.#appointments.length
  }

  /** Enters it; what is given back is for `remove`. */
  add(at: number, act: () => void): Appointment {
    const appointment = { at, act }
    this.#appointments.splice(this.#placeOf(at), 0, appointment)
    return appointment
  }

  /** Strikes it out; nothing where it has been taken. */
  remove(appointment: Appointment): void {
    const index = this.#appointments.indexOf(appointment)
    if (index >= 0) this.#appointments.splice(index, 1)
  }

  /** Takes out the earliest that is not later than `now`. */
  takeDue(now: number): Appointment | undefined {
    const first = this.#appointments[0]
    return first !== undefined && first.at <= now ? this.#appointments.shift() : undefined
  }

  /** Behind everything that is not later: a binary search, since most of what comes belongs near the end. */
  #placeOf(at: number): number {
    let low = 0
    let high = this.#appointments.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#appointments[middle]
      if (other !== undefined && other.at <= at) low = middle + 1
      else high = middle
    }
    return low
  }
}
