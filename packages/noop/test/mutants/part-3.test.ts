import { judged } from './judged.ts'

judged(2)
