"""The tables behind `effects`: verbs and their exceptions, native tools, .NET. All lower case.

Verbs are those of PowerShell's approved list (`Get-Verb`) that change what they are applied to.
"""

from __future__ import annotations

_DELETE = "remove clear uninstall revoke unregister dismount format delete purge"
_STOP = "stop suspend disable block lock restart reset deny disconnect kill"
_MODIFY = (
    "set update rename move grant enable unlock unblock edit merge switch sync restore resize repair optimize limit "
    "protect unprotect approve assign undo unpublish patch configure change modify"
)
_CREATE = "new add copy install register mount publish initialize checkpoint import deploy"
_RUN = "start resume send push submit"

VERBS: dict[str, str] = {
    verb: kind
    for kind, verbs in {"delete": _DELETE, "stop": _STOP, "modify": _MODIFY, "create": _CREATE, "run": _RUN}.items()
    for verb in verbs.split()
}

_HARMLESS = """
    set-location set-variable set-strictmode set-psdebug set-alias set-psreadlineoption set-psbreakpoint set-tracesource
    set-psreadlinekeyhandler set-itresult set-clipboard set-culture set-azcontext set-azurermcontext set-awscredential
    set-awscredentials set-defaultawsregion set-adserversettings set-powercliconfiguration set-psfconfig set-psrepository
    set-dbatoolsconfig set-testinconclusive clear-host clear-variable clear-history clear-azcontext remove-variable
    remove-module remove-job remove-psdrive remove-pssession remove-cimsession remove-event remove-alias remove-psbreakpoint
    remove-typedata remove-pssnapin remove-psreadlinekeyhandler format-table format-list format-wide format-custom format-hex
    format-string format-xml format-output stop-transcript stop-job stop-pssession start-transcript start-sleep start-job
    start-threadjob start-stopwatch suspend-job resume-job restart-job disconnect-pssession disconnect-azaccount
    disconnect-mggraph disconnect-viserver disconnect-exchangeonline disconnect-sposervice disconnect-pnponline
    disconnect-graph disable-psbreakpoint enable-psbreakpoint disconnect-azuread disconnect-msolservice update-typedata
    update-formatdata update-help update-list push-location push-outputbinding edit-object
    send-statusmessage add-type add-member add-pssnapin add-history add-assertionoperator add-shouldoperator add-content
    new-object new-timespan new-guid new-variable new-alias new-module new-event new-psdrive new-pssession new-cimsession
    new-pssessionoption new-cimsessionoption new-temporaryfile new-webserviceproxy new-fixture new-mockobject
    new-scheduledtask new-scheduledtaskaction new-scheduledtasktrigger new-scheduledtaskprincipal
    new-scheduledtasksettingsset new-pesterconfiguration new-modulemanifest new-externalhelp new-markdownhelp
    new-pssessionconfigurationfile new-pstransportoption new-psrolecapabilityfile new-netipsecmainmodecryptoproposal
    new-smtpclient new-winevent new-awscredential new-azstoragecontext new-azurestoragecontext new-azvmconfig
    new-azvmssconfig new-aznetworksecurityruleconfig new-azvirtualnetworksubnetconfig new-azloadbalancerruleconfig
    new-azvmssipconfig new-azapplicationgatewayhttplistener import-module import-csv import-clixml import-alias
    import-localizeddata import-powershelldatafile import-pssession import-psmodule import-counter import-lines copy-object
    mount-psdrive register-argumentcompleter register-objectevent register-engineevent register-wmievent
    register-cimindicationevent unregister-event register-psrepository send-mailmessage start-process start-msgbox
    invoke-gpupdate initialize-logging initialize-log initialize-variable protect-cmsmessage unprotect-cmsmessage
    reset-console
"""
HARMLESS = frozenset(_HARMLESS.split())
_HARMLESS_NOUNS = """
    object output log logs logfile logmessage logentry message table string text line verbose host progress report result
    hashtable list color console window title prompt cursor display variable body header footer row column metric spinner
    menu indent timer stopwatch json html
"""
HARMLESS_NOUNS = frozenset(_HARMLESS_NOUNS.split())

# What `New-`, `Add-`, `Copy-`, `Install-` … make outside this process. Other nouns are as a rule built in memory.
_REAL_NOUNS = """
    item service ad az azure aks aws ec2 s3 iam rds vm vhd vmhost net local smb scheduledtask web iis mailbox mailcontact
    mailuser distributiongroup unifiedgroup dynamicdistribution transportrule inbox retention remotemailbox mailpublic
    publicfolder dns dhcp gp gpo cim wmi mg spo pnp team msol user group computer eventlog windows feature package module
    script certificate selfsigned pki partition volume storage disk cluster cm sc dfs fs file folder directory share printer
    printport registry firewall iscsi hv hyper dsc app appx website role permission rbac acl ntfs sql dba database job login
    db k8s kube helm docker container image route ip nic lbfo dscconf odbc port deployment resource keyvault secret key
    policy site pool application binding account member principal credential server record zone reservation scope lease
    machine host vcenter template snapshot content chocolatey provisioned workload update hotfix driver certificatetemplate
    claim federation adfs remoteapp terraform release environment tenant subscription
"""
REAL_NOUNS = tuple(_REAL_NOUNS.split())

# Commands whose arguments decide what they do; see effects.
ASKING = frozenset(
    {"invoke-restmethod", "invoke-webrequest", "invoke-cimmethod", "invoke-wmimethod", "invoke-sqlcmd", "invoke-dbaquery"}
)

_Rules = tuple[tuple[str, tuple[str, ...]], ...]


def _verbs(**kinds: str) -> _Rules:
    """`delete="rm prune"` is: the word `rm`, or `prune`, somewhere in the arguments deletes."""
    return tuple((kind, (word,)) for kind, listed in kinds.items() for word in listed.split())


_CLOUD = _verbs(delete="delete purge", stop="stop restart deallocate", modify="update set assign", create="create import")
# Name of a program -> in this order: what it does if all of these words are among its arguments. `("delete", ())`: always.
NATIVE: dict[str, _Rules] = {
    "cmd": (),
    "wsl": (),
    "bash": (),
    "del": (("delete", ()),),
    "erase": (("delete", ()),),
    "rd": (("delete", ()),),
    "rmdir": (("delete", ()),),
    "format": (("delete", ()),),
    "diskpart": (("delete", ()),),
    "sdelete": (("delete", ()),),
    "cipher": (("delete", ("/w",)),),
    "sc.exe": _verbs(delete="delete", stop="stop", modify="config failure sdset description", create="create", run="start"),
    "reg": _verbs(delete="delete", modify="add import restore load unload copy"),
    "regedit": (("modify", ("/s",)),),
    "net": (
        *_verbs(delete="/delete /del", create="/add", stop="stop", run="start"),
        ("modify", ("user", "/active")),
        ("modify", ("accounts",)),
    ),
    "net1": _verbs(delete="/delete /del", create="/add", stop="stop", run="start"),
    "netsh": _verbs(delete="delete reset", modify="set", create="add import"),
    "netdom": _verbs(delete="remove", modify="renamecomputer move reset", create="join add"),
    "schtasks": _verbs(delete="/delete", stop="/end", modify="/change", create="/create", run="/run"),
    "bcdedit": _verbs(delete="/delete /deletevalue", modify="/set /default /bootsequence /timeout /import"),
    "bootcfg": _verbs(delete="/delete", modify="/raw /default"),
    "shutdown": _verbs(stop="/s /r -s -r /p /h /o"),
    "icacls": _verbs(modify="/grant /deny /remove /reset /setowner /inheritance /restore", delete="/remove:g"),
    "cacls": _verbs(modify="/g /p /d /r"),
    "takeown": (("modify", ()),),
    "attrib": _verbs(modify="+h +s +r -h -s -r"),
    "msiexec": _verbs(delete="/x /uninstall", create="/i /package /p"),
    "wusa": (("delete", ("/uninstall",)), ("create", ())),
    "dism": _verbs(
        delete="/disable-feature /remove-package /remove-provisionedappxpackage", modify="/enable-feature /add-package"
    ),
    "taskkill": (("stop", ()),),
    "tskill": (("stop", ()),),
    "robocopy": (("delete", ("/mir",)), ("delete", ("/purge",)), ("delete", ("/move",))),
    "vssadmin": _verbs(delete="delete", modify="resize", create="create"),
    "wbadmin": _verbs(delete="delete", create="start"),
    "wevtutil": (*_verbs(delete="cl clear-log um", modify="sl set-log im"),),
    "fsutil": _verbs(modify="set createnew deletejournal setdirty", delete="deletejournal"),
    "powercfg": _verbs(delete="/delete /d", modify="/change /setactive /s /x /hibernate /h"),
    "setx": (("modify", ()),),
    "iisreset": (("stop", ()),),
    "appcmd": _verbs(delete="delete", stop="stop recycle", modify="set", create="add", run="start"),
    "certutil": _verbs(delete="-delstore", modify="-addstore -importpfx -setreg"),
    "dsmod": (("modify", ()),),
    "dsrm": (("delete", ()),),
    "dsadd": (("create", ()),),
    "dsmove": (("modify", ()),),
    "auditpol": _verbs(modify="/set /restore", delete="/clear /remove"),
    "secedit": _verbs(modify="/configure"),
    "gpupdate": (),
    "nltest": (),
    "logoff": (("stop", ()),),
    "rundll32": (),
    "slmgr": (),
    "manage-bde": _verbs(modify="-on -off -lock -unlock -protectors"),
    "pnputil": _verbs(delete="/delete-driver -d", create="/add-driver -a"),
    "kubectl": _verbs(
        delete="delete drain",
        modify="apply patch scale set label annotate cordon replace edit",
        create="create run",
        run="rollout",
    ),
    "helm": _verbs(delete="uninstall delete", modify="upgrade rollback", create="install"),
    "terraform": _verbs(delete="destroy", modify="apply import taint"),
    "tofu": _verbs(delete="destroy", modify="apply import taint"),
    "docker": _verbs(delete="rm rmi prune", stop="stop kill restart", create="run push", modify="update"),
    "az": _CLOUD,
    "aws": _verbs(
        delete="rm rb terminate-instances delete-stack delete-bucket", modify="cp mv sync put-object", create="run-instances"
    ),
    "gcloud": _CLOUD,
    "choco": _verbs(delete="uninstall", create="install upgrade"),
    "winget": _verbs(delete="uninstall", create="install upgrade"),
    "systemctl": _verbs(stop="stop restart disable mask", modify="enable unmask", run="start"),
}

# Static methods of .NET: (class without `System.`, method) -> what it does.
_FILES = {"delete": "delete", "move": "modify", "copy": "create", "replace": "modify", "writealltext": "modify"}
_FILES |= {"writeallbytes": "modify", "writealllines": "modify", "setaccesscontrol": "modify", "setattributes": "modify"}
STATIC: dict[tuple[str, str], str] = {
    **{("io.file", member): kind for member, kind in _FILES.items()},
    **{
        ("io.directory", member): kind
        for member, kind in {"delete": "delete", "move": "modify", "createdirectory": "create"}.items()
    },
    ("io.compression.zipfile", "extracttodirectory"): "create",
    ("registry", "setvalue"): "modify",
    ("microsoft.win32.registry", "setvalue"): "modify",
    ("io.fileinfo", "delete"): "delete",
}
# Methods of objects. Names that collections and streams have too (`Remove`, `Add`, `Start`, `Close`, `Write`) are not here.
METHODS: dict[str, str] = {
    "delete": "delete", "deletetree": "delete", "deletesubkey": "delete", "deletesubkeytree": "delete", "deletevalue": "delete",
    "kill": "stop", "terminate": "stop", "stopservice": "stop", "win32shutdown": "stop", "reboot": "stop", "shutdown": "stop",
    "setinfo": "modify", "commitchanges": "modify", "setpassword": "modify", "psbase.delete": "delete", "startservice": "run",
    "changestartmode": "modify", "setaccesscontrol": "modify", "setaccessrule": "modify", "executenonquery": "modify",
    "createsubkey": "create", "deleteobject": "delete", "uninstall": "delete", "setdnsserversearchorder": "modify",
    "enablestatic": "modify", "setgateways": "modify", "joindomainorworkgroup": "modify", "unjoindomainorworkgroup": "modify",
    "movehere": "modify", "commit": "modify",
}  # fmt: skip
WITHOUT_ARGUMENTS = frozenset({"kill", "shutdown", "commit", "reboot"})
