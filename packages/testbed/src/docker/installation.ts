import { findExecutable } from '../executable.ts'
import { installPackages } from '../packages.ts'

/** Installs what dockerd needs to run, unless it is there already from whatever source. Says whether it did. */
export async function ensureEngineInstalled(log: (line: string) => void): Promise<boolean> {
  const needed = ['dockerd', 'containerd', 'runc', 'iptables']
  const paths = await Promise.all(needed.map((name) => findExecutable(name)))
  if (paths.every((path) => path !== undefined)) return false
  await installPackages(['docker.io', 'containerd', 'runc', 'iptables'], log)
  return true
}
