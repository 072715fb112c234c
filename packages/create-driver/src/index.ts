export { createPackage, FolderInUseError, type CreatedPackage, type PackageOptions } from './create-package.ts'
export { nameProblem, scopeProblem } from './name.ts'
