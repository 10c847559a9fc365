"""The cmdlets and functions that PowerShell brings along: the modules whose names begin with Microsoft.PowerShell, CimCmdlets.

As `Get-Command -Module` lists them in Windows PowerShell 5.1 and PowerShell 7 on Windows. Lower case.
"""

from __future__ import annotations

# Noun -> the verbs that it is built in with.
_NOUNS = """
    alias=export,get,import,new,remove,set archive=compress,expand authenticodesignature=get,set childitem=get
    cimassociatedinstance=get cimclass=get ciminstance=get,new,remove,set cimmethod=invoke cimsession=get,new,remove
    cimsessionoption=new clipboard=get,set clixml=export,import cmsmessage=get,protect,unprotect
    command=get,invoke,measure,show,trace computer=checkpoint,rename,restart,stop computerinfo=get
    computerrestore=disable,enable content=add,clear,get,set controlpanelitem=get,show counter=export,get,import
    credential=get csv=convertfrom,convertto,export,import culture=get customevent=new date=get,set debug=write
    debugrunspace=debug,disable,enable error=write event=get,new,remove,wait eventlog=clear,get,limit,new,remove,show,write
    eventsubscriber=get executionpolicy=get,set expression=invoke file=out,unblock filehash=get formatdata=export,get,update
    gridview=out guid=new help=get,save,update history=add,clear,get,invoke host=clear,get,out,read,write hotfix=get
    html=convertto information=write item=clear,copy,get,invoke,move,new,remove,rename,set
    itemproperty=clear,copy,get,move,new,remove,rename,set itempropertyvalue=get
    job=debug,get,receive,remove,resume,start,stop,suspend,wait json=convertfrom,convertto,test list=format,update
    localgroup=get,new,remove,rename,set localgroupmember=add,get,remove localizeddata=import
    localuser=disable,enable,get,new,remove,rename,set location=get,pop,push,set mailmessage=send markdown=convertfrom,show
    markdownoption=get,set member=add,get module=export,get,import,new,remove modulemanifest=new,test modulemember=export
    null=out object=compare,foreach,group,measure,new,select,sort,tee,where objectevent=register output=write
    path=convert,join,resolve,split,test pfxcertificate=get printer=out process=debug,get,start,stop,wait progress=write
    psbreakpoint=disable,enable,get,remove,set pscallstack=get psdrive=get,new,remove pshostprocess=enter,exit
    pshostprocessinfo=get psprovider=get psremoting=disable,enable
    pssession=connect,disconnect,enter,exit,export,get,import,new,receive,remove
    pssessionconfiguration=disable,enable,get,register,set,unregister pssessionconfigurationfile=new,test pssessionoption=new
    pssnapin=add,get,remove psrolecapabilityfile=new random=get recyclebin=clear restorepoint=get runspace=debug,get
    runspacedebug=get script=install,save,publish,update securerandom=get securestring=convertfrom,convertto
    service=get,new,remove,restart,resume,set,start,stop,suspend sleep=start strictmode=set string=convertfrom,out,select
    stringdata=convertfrom table=format temporaryfile=new timespan=new timezone=get,set tracesource=get,set
    transcript=start,stop transaction=complete,get,start,undo,use type=add typedata=get,remove,update uiculture=get
    unique=get uptime=get variable=clear,get,new,remove,set verb=get verbose=write warning=write webrequest=invoke
    restmethod=invoke webserviceproxy=new wide=format custom=format hex=format winevent=get,new wmievent=register
    wmiinstance=set wmimethod=invoke wmiobject=get,remove wsmaninstance=get,new,remove,set wsman=connect,disconnect,test
    xml=convertto,select connection=test computersecurechannel=test,reset indicationevent=register engineevent=register
    default=out psdebug=set acl=get,set catalog=new filecatalog=new,test signature=get argumentcompleter=register
    errorview=get error=get
"""
BUILT_IN = frozenset(
    f"{verb}-{noun}" for entry in _NOUNS.split() for noun, verbs in [entry.split("=")] for verb in verbs.split(",")
)
