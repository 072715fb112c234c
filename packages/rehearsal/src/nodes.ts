import { join } from 'node:path'
import { tool } from './tool.ts'

/** The Nodes that the packages are for, one of each line. */
const nodeVersions = { '20': '20.20.2', '22': '22.23.3', '24': '24.21.0' } as const

export type NodeLine = keyof typeof nodeVersions

export const nodeLines: readonly NodeLine[] = ['20', '22', '24']

/** The path of a Node of each line: the one that runs this where it is of that line, else one that npm installs. */
export async function nodePaths(): Promise<Readonly<Record<NodeLine, string>>> {
  const [twenty, twentyTwo, twentyFour] = await Promise.all([nodePath('20'), nodePath('22'), nodePath('24')])
  return { '20': twenty, '22': twentyTwo, '24': twentyFour }
}

async function nodePath(line: NodeLine): Promise<string> {
  if (process.version.startsWith(`v${line}.`)) return process.execPath
  return join(await tool(`node-${process.platform}-${process.arch}`, nodeVersions[line]), 'bin/node')
}
