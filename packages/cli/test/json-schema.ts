import { toJsonSchema } from '@valibot/to-json-schema'
import { configSchema } from '../src/config/schema.ts'

/** The JSON Schema that editors are given, made of the schema that the program itself checks with. */
export function configJsonSchema(): object {
  const made = toJsonSchema(configSchema, {
    typeMode: 'input',
    errorMode: 'ignore',
    // A rest that nothing fits means: no other members.
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      valibotSchema.type === 'object_with_rest' ? { ...jsonSchema, additionalProperties: false } : undefined,
    // In a file a text may still be a reference.
    overrideAction: ({ valibotAction, jsonSchema }) =>
      valibotAction.type === 'regex' ? { ...jsonSchema, pattern: `${jsonSchema.pattern}|\\$\\{` } : undefined,
  })
  const { $schema, ...rest } = made
  return {
    $schema,
    title: 'amphora.yaml',
    description: 'Which drivers the command amphora uses, and how. In every text ${NAME} is an environment variable.',
    ...rest,
  }
}
