// Requires every entry that it is given, from CommonJS, and prints the names that each exports and whether an import
// gets the same copy of it.
const main = async () => {
  const exported = {}
  let sameCopy = true
  for (const entry of JSON.parse(process.argv[2])) {
    const required = require(entry)
    const imported = await import(entry)
    exported[entry] = Object.keys(imported).sort()
    sameCopy &&= exported[entry].every((name) => required[name] === imported[name])
  }
  console.log(JSON.stringify({ exported, sameCopy }))
}
void main()
