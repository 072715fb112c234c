import type { Step } from './scene.ts'
import type { StageKind } from './stage/stage.ts'
import { build } from './steps/build.ts'
import { arrival } from './steps/arrival.ts'
import { deleteIt } from './steps/delete.ts'
import { furnish } from './steps/furnish.ts'
import { findByName, list } from './steps/look-up.ts'
import { repeatBuild } from './steps/repeat-build.ts'
import { refuseResume, resume, suspend } from './steps/suspension.ts'
import { show } from './steps/show.ts'
import { answersAgain, answersInTurn, noAnswer } from './steps/traffic.ts'
import { untilActive, untilActiveAgain, untilDeleted, untilSuspended } from './steps/wait.ts'

/** The main job, in order. A simulated balancer answers nobody, so there the traffic is left out. */
export function stepsOn(kind: StageKind): readonly Step[] {
  const only = (where: StageKind, ...steps: readonly Step[]): readonly Step[] => (where === kind ? steps : [])
  return [
    ...only('docker', furnish),
    build,
    untilActive,
    show,
    ...only('noop', arrival),
    ...only('docker', answersInTurn),
    suspend,
    untilSuspended,
    ...only('docker', noAnswer),
    resume,
    untilActiveAgain,
    ...only('docker', answersAgain),
    refuseResume,
    list,
    findByName,
    repeatBuild,
    deleteIt,
    untilDeleted,
  ]
}
