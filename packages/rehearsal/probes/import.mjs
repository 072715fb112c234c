// Imports every entry that it is given, and prints the names that each exports.
const exported = {}
for (const entry of JSON.parse(process.argv[2])) exported[entry] = Object.keys(await import(entry)).sort()
console.log(JSON.stringify(exported))
