// Imports a driver and prints what came with it of a library and what that brings; then imports the library itself, which
// shows that it would have been noticed. Both are CommonJS, and Node keeps what it loads of that in one cache, whether it
// was imported or required.
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const { name, library, brings } = JSON.parse(process.argv[2])
const require = createRequire(fileURLToPath(import.meta.resolve(name)))
const loaded = () =>
  [library, ...brings].filter((each) =>
    Object.keys(require.cache).some((path) => path.includes(`/node_modules/${each}/`)),
  )

await import(name)
const atImport = loaded()
await import(pathToFileURL(require.resolve(library)).href)
console.log(JSON.stringify({ atImport, later: loaded() }))
