export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** Each asks the program itself, so that what is offered is what there is. `:files` is answered for the names of files. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_amphora() {
  local IFS=$'\\n'
  local found
  found=($(amphora __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  if [[ "\${found[0]}" == ':files' ]]; then
    COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
    compopt -o filenames 2>/dev/null
  else
    COMPREPLY=("\${found[@]}")
  fi
}
complete -F _amphora amphora
`,
  zsh: `#compdef amphora
_amphora() {
  local -a found
  found=("\${(@f)$(amphora __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${found[1]}" == ':files' ]]; then
    _files
  else
    compadd -- "\${(@)found:#}"
  fi
}
if [[ "\${funcstack[1]}" == '_amphora' ]]; then
  _amphora "$@"
else
  compdef _amphora amphora
fi
`,
  fish: `function __amphora_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (amphora __complete -- $words[2..-1] 2>/dev/null)
    if test "$found[1]" = ':files'
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $found
    end
end
complete -c amphora -f -a '(__amphora_complete)'
`,
}
