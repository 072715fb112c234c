import { judged } from './judged.ts'

judged(3)
