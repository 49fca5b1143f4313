; Installs Inglenook for one person, without an administrator; packaging/windows/make.py runs it.
; /DVERSION, /DPAYLOAD (the frozen folder), /DICON and /DTARGET (the file to write) are given.

Unicode true
Target amd64-unicode
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
SetCompressor /SOLID lzma

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WinVer.nsh

!define PROGRAM "inglenook.exe"
!define KIND "Inglenook.gguf"
!define CLASSES "Software\Classes"
!define LISTED "Software\Microsoft\Windows\CurrentVersion\Uninstall\Inglenook"
!define DATA "$LOCALAPPDATA\inglenook" ; as storage/paths.py has it: chats, models, cache, logs

Name "Inglenook"
OutFile "${TARGET}"
InstallDir "$LOCALAPPDATA\Programs\Inglenook"
InstallDirRegKey HKCU "Software\Inglenook" "Folder"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Inglenook"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Inglenook Setup"
VIAddVersionKey "LegalCopyright" "The Inglenook authors, Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!define MUI_FINISHPAGE_NOAUTOCLOSE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString Running ${LANG_ENGLISH} "Inglenook is open. Close it, then go on."
LangString Running ${LANG_GERMAN} "Inglenook ist geöffnet. Schließen Sie es und machen Sie weiter."
LangString TooOld ${LANG_ENGLISH} "Inglenook needs Windows 10 or newer."
LangString TooOld ${LANG_GERMAN} "Inglenook braucht Windows 10 oder neuer."
LangString Model ${LANG_ENGLISH} "Language model"
LangString Model ${LANG_GERMAN} "Sprachmodell"
LangString TheProgram ${LANG_ENGLISH} "The program"
LangString TheProgram ${LANG_GERMAN} "Das Programm"
LangString TheData ${LANG_ENGLISH} "Also my chats, settings and models"
LangString TheData ${LANG_GERMAN} "Auch meine Chats, Einstellungen und Modelle"

; Ask the program to close, and wait until its file is free: the engine's processes use the same
; one. Nobody is asked in a silent run; it then ends with code 2 and has changed nothing.
!macro CloseProgram prefix
Function ${prefix}CloseProgram
  StrCpy $1 0
  ${Do}
    IfFileExists "$INSTDIR\${PROGRAM}" 0 free
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    ${IfNot} ${Errors}
      FileClose $0
      Goto free
    ${EndIf}
    ${If} $1 == 0
      nsExec::Exec 'taskkill /IM ${PROGRAM}' ; without /F it is no more than the close button
      Pop $0
    ${EndIf}
    IntOp $1 $1 + 1
    Sleep 500
    ${If} $1 > 20
      ${If} ${Silent}
        SetErrorLevel 2
        Quit
      ${EndIf}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(Running)" IDRETRY again
      SetErrorLevel 2
      Quit
      again:
      StrCpy $1 0
    ${EndIf}
  ${Loop}
  free:
FunctionEnd
!macroend
!insertmacro CloseProgram ""
!insertmacro CloseProgram "un."

; What an older version had and a newer one has not must not stay: it would still be loaded.
!macro RemoveProgram
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\inglenook-cli.exe"
  Delete "$INSTDIR\THIRD-PARTY-NOTICES.txt"
  Delete "$INSTDIR\inglenook.cdx.json"
  Delete "$INSTDIR\LICENSE"
!macroend

Function .onInit
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_ICONSTOP "$(TooOld)" /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
FunctionEnd

Section "$(TheProgram)"
  Call CloseProgram
  !insertmacro RemoveProgram
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}\*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\Inglenook.lnk" "$INSTDIR\${PROGRAM}"

  WriteRegStr HKCU "Software\Inglenook" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${CLASSES}\${KIND}" "" "$(Model)"
  WriteRegStr HKCU "${CLASSES}\${KIND}\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${CLASSES}\${KIND}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  WriteRegStr HKCU "${CLASSES}\.gguf\OpenWithProgids" "${KIND}" ""
  ReadRegStr $0 HKCU "${CLASSES}\.gguf" ""
  ${If} $0 == "" ; whoever was there first stays
    WriteRegStr HKCU "${CLASSES}\.gguf" "" "${KIND}"
  ${EndIf}
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' ; SHCNE_ASSOCCHANGED

  WriteRegStr HKCU "${LISTED}" "DisplayName" "Inglenook"
  WriteRegStr HKCU "${LISTED}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${LISTED}" "Publisher" "The Inglenook authors"
  WriteRegStr HKCU "${LISTED}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${LISTED}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${LISTED}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${LISTED}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${LISTED}" "NoModify" 1
  WriteRegDWORD HKCU "${LISTED}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${LISTED}" "EstimatedSize" $0
SectionEnd

Section "un.$(TheProgram)"
  SectionIn RO
  Call un.CloseProgram
  !insertmacro RemoveProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; not what a person has put there
  Delete "$SMPROGRAMS\Inglenook.lnk"

  ReadRegStr $0 HKCU "${CLASSES}\.gguf" ""
  ${If} $0 == "${KIND}"
    DeleteRegValue HKCU "${CLASSES}\.gguf" ""
  ${EndIf}
  DeleteRegValue HKCU "${CLASSES}\.gguf\OpenWithProgids" "${KIND}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.gguf\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.gguf"
  DeleteRegKey HKCU "${CLASSES}\${KIND}"
  DeleteRegKey HKCU "${LISTED}"
  DeleteRegKey HKCU "Software\Inglenook"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

; Not chosen unless somebody does so by hand, and never in a silent run.
Section /o "un.$(TheData)"
  RMDir /r "${DATA}"
SectionEnd
