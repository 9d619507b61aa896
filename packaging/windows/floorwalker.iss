; The installer, for Inno Setup 6: iscc /DVersion=0.1.0 /DFolder=dist\floorwalker /DOut=dist floorwalker.iss
; Signed where a sign tool is given: /Sfloorwalker="signtool sign /f … $f" and /DSigned.
[Setup]
AppId={{5E0D0B5E-3C4A-4E0B-9B66-6C1C2B4E9F10}
AppName=Floorwalker
AppVersion={#Version}
AppPublisher=Floorwalker
DefaultDirName={autopf}\Floorwalker
DefaultGroupName=Floorwalker
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
OutputDir={#Out}
OutputBaseFilename=floorwalker-{#Version}-windows-x86_64
Compression=lzma2/max
SolidCompression=yes
UninstallDisplayIcon={app}\floorwalker.exe
LicenseFile={#Folder}\LICENCE.txt
#ifdef Signed
SignTool=floorwalker
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

; Of a version before: its libraries would lie between the new ones.
[InstallDelete]
Type: filesandordirs; Name: "{app}\_internal"
Type: filesandordirs; Name: "{app}\licences"

[Icons]
Name: "{group}\Floorwalker"; Filename: "{app}\floorwalker.exe"
Name: "{autodesktop}\Floorwalker"; Filename: "{app}\floorwalker.exe"; Tasks: desktopicon

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[Run]
Filename: "{app}\floorwalker.exe"; Description: "{cm:LaunchProgram,Floorwalker}"; Flags: nowait postinstall skipifsilent
