import { runCommand } from './command.ts'

process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  print: (text) => console.log(text),
})
