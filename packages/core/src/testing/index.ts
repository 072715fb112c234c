export { Agenda, type Appointment } from './agenda.ts'
export { createManualClock, type ManualClock } from './manual-clock.ts'
