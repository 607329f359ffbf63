import { DockerfileParser } from 'dockerfile-ast'
import type { Flag } from 'dockerfile-ast'

/** An instruction of a Dockerfile. */
export interface Instruction {
  /** In upper case. */
  readonly name: string
  /** Without its flags. */
  readonly args: string
  /** Such as `from` of COPY. */
  readonly flags: ReadonlyMap<string, string>
}

/** The instructions of a Dockerfile, in order, without comments. */
export function parseDockerfile(text: string): Instruction[] {
  return DockerfileParser.parse(text)
    .getInstructions()
    .map((instruction) => ({
      name: instruction.getInstruction().toUpperCase(),
      args: instruction.getArgumentsContent() ?? '',
      flags: new Map(flagsOf(instruction).map((flag) => [flag.getName(), flag.getValue() ?? ''])),
    }))
}

function flagsOf(instruction: object): Flag[] {
  return 'getFlags' in instruction ? (instruction as { getFlags(): Flag[] }).getFlags() : []
}
