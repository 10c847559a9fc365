"""The words of change documents in English."""

from __future__ import annotations

from include.changes.language import Language

ENGLISH = Language(
    labels={
        "purpose": "purpose|reason|reasoning|why|why now|justification|motivation|background|objective|goal|goals|rationale"
        "|business case|introduction|context|reason for change|what and why|management summary|summary|overview|description"
        "|short description",
        "scope": "scope|in scope|what|description|summary|what changes|what changes for whom|proposal|change|overview"
        "|short description|description of change|how|approach|job",
        "affected": "affected|affected systems|affected services|affected system|affected service|systems affected"
        "|service affected|services affected|system affected|configuration item|configuration items|ci|cmdb ci|cis|touches"
        "|affected applications|applications affected|affected components|components affected|devices changed|device|devices"
        "|component|components|servers|server|systems|system|hosts|host|service|services|cluster|database|machines"
        "|impacted systems"
        "|impacted services|affected cis|affected hosts|domain|applications|application"
        "|producers and consumers concerned",
        "type": "type|change type|type of change|change class|change category|category|change model|model|record|template"
        "|classification|class|kind|kind of change|change kind|nature of change|category of change"
        "|change request type|class of change",
        "steps": "implementation|implementation plan|implementation steps|steps|procedure|plan of work|work|sequence|execution"
        "|execution plan|change plan|deployment plan|deployment|rollout|rollout plan|actions|tasks|timeline|plan|how"
        "|work instructions|work plan|on the day|step by step|runbook steps|implementation details",
        "rollback": "rollback|roll back|back out|backout|fallback|fall back|contingency|recovery|reversal|reversion|revert"
        "|remediation|plan b|if it goes wrong|if something goes wrong|if things go wrong|if this fails|if it fails"
        "|return to service|undo|way back|going back|how to go back|recovery plan|restore procedure|in case of failure"
        "|in case of problems|what if it fails|how do we undo it|how can it be undone|how can it be switched off"
        "|regression plan|down migration|down script|migrate down|abandonment|to undo|to revert|to roll back|to back out"
        "|getting back|how we get back|return to the old state|return to old state"
        "|return to the previous state|return to previous state|return to the original state"
        "|return to original state|back to the old state|exit strategy|exit plan|bail out|abort procedure"
        "|downgrade|downgrade plan|restoration|restoration plan|restore plan|fail back|failback|unwind"
        "|retreat|emergency exit|way out|reverse plan"
        "|undo script|undo scripts|rollback script|rollback scripts|backout script|back out script|revert script"
        "|how to abort|how to stop|if not ok|if it is not ok|if nok|if not successful|on failure|on error"
        "|in case of error",
        "validation": "quality assurance|quality control|quality check|quality checks|validation|post implementation"
        "|post change|verification|verify|validate|post implementation test"
        "|post implementation tests"
        "|post implementation testing|post implementation check|post implementation checks|post implementation review"
        "|post checks"
        "|post check|post change checks|post change check|post change test|post change tests|post change testing"
        "|post change validation|post change verification|checks at the end|checks after"
        "|how we know it worked|how do we know it worked|how do we see that it works|how will we know|success criteria"
        "|acceptance|acceptance criteria|smoke test|smoke tests|smoke check|smoke checks|health check|health checks"
        "|sanity check"
        "|sanity checks|acceptance test|acceptance tests|final checks|final check|expected outcome|done when|definition of done"
        "|success check|exit criteria|test after|tests after|checks"
        "|what good looks like|business validation|customer validation|functional test|functional tests"
        "|functional check|functional checks|closing checks|closure criteria|done means|how we verify|how we check"
        "|what we check afterwards|checks afterwards|proof|proof of success|signs of success|success measures"
        "|sign of success|acceptance by users|user confirmation"
        "|check script|check scripts|verification script|verification query|verification queries|validation script"
        "|validation query|validation queries|check query|check queries|control query|control queries"
        "|verify script|post script checks",
        "test_plan": "test plan|testing|tests|test|test cases|testing plan",
        "expected": "expected|expected result|expected output|expected outcome|result expected|check|should show",
        "after": "watching|post work|post works|post activity|post activities|post steps|post upgrade|post migration"
        r"|post cutover"
        "|post install|post installation|post maintenance|post patching|after work|after the run"
        "|after the change|afterwards|after the update|after the upgrade|after the migration"
        "|after the switch|after the cutover|after the cut over|after the rollout|after the deployment"
        "|after deployment|after the work|watch|what we watch|monitoring|monitor|hypercare|aftercare"
        "|after care|result|results|outcome|actual result|observation|observations|after go live|post go live"
        "|follow up|looking for",
        "evidence": "test evidence|evidence|tests done|tests before|tested before|test report|test results|test result"
        "|testing done|test summary|pre production tests|staging results|prior testing|lab test|lab tests",
        "prechecks": "pre checks|pre check|prechecks|precheck|prerequisites|preconditions|preparation|before|before you start"
        "|pre implementation checks|pre requisites|pre change checks|preparations|dependencies|pre conditions|readiness|"
        "pre implementation|entry criteria",
        "window": "window|maintenance window|change window|when|start|planned start|planned start date|scheduled start"
        "|start date|end|planned end|planned end date|scheduled end|end date|schedule|date|date of execution|planned for"
        "|implementation window|time|planned date|execution date|date and time|implementation date|scheduled for",
        "duration": "duration|estimated duration|expected duration|time needed|how long",
        "impact": "impact|risk and impact|risk and impact analysis|risk impact analysis|impact analysis|downtime|outage"
        "|expected interruption|interruption|service impact|user impact|impact on users|who notices|what may happen"
        "|expected outage|business impact|customer impact|expected downtime|impact assessment|load|risk",
        "communication": "communication|communication plan|communications|notification|notifications|who is told"
        "|announcement|stakeholders|info|distribution|comms|comms plan|communications plan|informed",
        "trigger": "abort criteria|rollback trigger|rollback triggers|rollback criteria|trigger|triggers|stop criteria|go no go"
        "|decision points|backout criteria|abort conditions|hold points|rollback conditions|trigger metrics",
        "technician": "technician|implementer|implemented by|engineer|owner|assigned to|assignee|carried out by|lead"
        "|executed by"
        "|done by|performed by|responsible|engineer on site|change owner|author|change implementer|who|assignment group"
        "|filled in by|performer|operator",
        "reviewer": "reviewer|reviewers|reviewed by|second pair of eyes|peer review|peer reviewer|checked by|second|four eyes"
        "|technical reviewer|engineer remote",
        "approval": "approval|approvals|approved by|approver|approvers|sign off|cab|cab approval|authorisation|authorization"
        "|cab date|cab required|approved by cab|cab decision",
        "risk": "risk|risks|risks and mitigations|drawbacks|alternatives|known noise|known issues|mitigations|costs"
        "|cost|remarks"
        "|comments|work notes|contacts|people|persons|roles|cost and savings|conflicts|effort|costs and savings|capacity"
        "|open questions"
        "|not affected|out of scope|not goals|non goals|lessons learned|history|implementation history|changelog|references"
        "|links|appendix|attachments|notes",
        "excluded": "not affected|out of scope|not goals|non goals|not in scope",
        "history": "background|motivation|lessons learned|history|implementation history|context|why|reason|justification"
        "|alternatives|changelog",
        "environment": "environment|env|target environment",
    },
    filler="plan|plans|procedure|procedures|strategy|steps|step|section|approach|process|the|a|an|of|for|and|or|to|in|on"
    "|after|this"
    "|change|changes|deployment|release|implementation|detailed|details|planned|last|our|your|how|is|are|it|if|needed"
    "|required|each"
    "|test|tests|checks|criteria|post|by|with|done|final|instructions|per|notes|actions|action|option|options|information|who",
    stop="a|an|the|and|or|of|to|in|on|at|by|for|from|with|without|is|are|was|were|be|been|being|it|its|this|that|these|those"
    "|we|i|you"
    "|they|he|she|our|your|their|us|them|will|would|can|could|may|might|shall|should|must|has|have|had|do|does|did"
    "|not|no|then|so"
    "|as|than|there|here|if|when|any|all|each|every|also|only|just|again|very|more|most|up|down|out|off|back|into|via|per|who"
    "|which"
    "|what|how|where|until|once|both|but|about|over|under|after|before|necessary|needed|required|needs|need|please|possible"
    "|possibly|immediately|case",
    generic="everything|all|anything|something|works|work|working|worked|function|functions|functional|functioning|fine|ok|okay"
    "|correct|correctly|properly|normal|normally|expected|well|good|successful|successfully|success|complete|completed|change"
    "|changes"
    "|implementation|deployment|system|systems|service|services|application|applications|app|server|servers|environment"
    "|team|engineer|previous|prior|original|old|former|earlier|state|status|version|configuration|config|settings|situation"
    "|running"
    "|run|runs|operational|healthy|available|stable|problem|problems|issue|issues|error|errors|failure|fails|fail|failed|wrong"
    "|rollback|backout|plan|procedure|process|step|steps|standard|usual|way|things|manager|necessary|verify|check|test|tests"
    "|testing"
    "|validate|verification|validation|confirm|ensure|make|sure|users|user|happy|upon|occur|occurs|occurred|arise"
    "|arises|perform"
    "|performed|execute|executed|done|same|accordingly|restored|production|time|responsible|ability|initiated|initiate|invoked"
    "|known|last|begin|started|start|requirements|result|results|look|looks|monitor|monitored|closely|applied|apply|affected"
    "|operation|operations|online|back-out|roll-back"
    r"|go|goes|going|fall|come|comes|return|returns"
    r"|leave|leaves|keep|keeps|stay|stays|just|simply|remain|remains|left|before"
    r"|rescheduled|reschedule|postpone|postponed|cancelled|canceled|aborted|retry|maintenance|window|within"
    r"|possible",
    act=r"(?:removal|deletion|restoration|reactivation|deactivation|reinstallation|redeployment"
    r"|restart) of(?=[^.;]{0,60}[0-9`])"
    r"|set(?:ting)?|run(?:ning)?|apply(?:ing)?|enter(?:ing)?|cop(?:y|ying)|load(?:ing)?|start(?:ing)?|stop(?:ping)?"
    r"|remov(?:e|es|ing)"
    r"|delet(?:e|es|ing)|disabl(?:e|es|ing)|enabl(?:e|es|ing)|import(?:ing)?|switch(?:ing)?|chang(?:e|ing)|point(?:ing)?"
    r"|mount(?:ing)?"
    r"|unmount|install(?:ing)?|uninstall(?:ing)?|execut(?:e|ing)|reset|reboot|restart(?:ing)?|cancel|drop(?:ping)?|renam(?:e"
    r"|ing)|mov(?:e|ing)"
    r"|swap|flip(?:ping)?|turn(?:ing)?|replac(?:e|ing)|deploy(?:ing)?|push|uncordon|cordon|drain|scal(?:e|ing)|fail over|plug"
    r"|unplug|pull"
    r"|attach|detach|reconnect|connect|power|boot|edit|creat(?:e|ing)|add(?:ing)?|upload|rebuild|repoint|promote|demote"
    r"|reload|update|use"
    r"|put|bring|select|revoke|grant|unlink|link|activate|deactivate|kill|merge|(?<!is )(?<!are )open|close|re-?run"
    r"|release|rotate|alter|execute"
    r"|flash(?:ing)?|shut(?:ting)?|tak(?:e|ing)(?: \S+){1,5} (?:out|off|down|offline)|lower(?:ing)?|rais(?:e"
    r"|ing)|increas(?:e|ing)|decreas(?:e|ing)|reduc(?:e|ing)|remap|map|unmap|re-?register|resync|purge|clear"
    r"|flush|reseat|assign|unassign|block|unblock|pause|resume|suspend|rejoin|lock|unlock|un-?tick|tick"
    r"|press(?:ing)?|click(?:ing)?|hit",
    undo=r"back (?:on|onto|in)(?: \S+){0,2} (?:old|previous|former)|unbind|un-?do|re-?bind|re-?issue|re-?enrol\w*"
    r"|re-?create|(?:boot"
    r"|start|deploy|install|use|load|activate"
    r"|enable|power on|turn on)(?: \S+){0,3} (?:previous|old|former|prior)"
    r"|(?:deploy|install|start|use|load|apply|import|mount|enable|publish)(?: \S+){0,5} again|restor(?:e|ing|ed)"
    r"|redeploy(?:ing)?|re-deploy|downgrad(?:e|ing)|reinstat(?:e|ing)|reinstall(?:ing)?|re-install"
    r"|revert(?:ing)?|reversed?"
    r"|(?:set|put|switch|flip|move|change|point|turn|bring|roll|go|cut|fall|fail|copy|rename|swap)(?:ing)?(?: \S+){0,6} back"
    r"|re-?enable|re-?apply|re-?import|undo|roll(?:ing)? back to|helm rollback|rollout undo|git revert|re-?attach|reconnect"
    r"|re-?add|"
    r"turn(?:ing)? (?:it |the \S+ )?off|switch(?:ing)? (?:it |the \S+ )?off|start the old|keep the old|re-?create|fail ?back"
    r"|recover"
    r"|(?:take|tak(?:es|ing)|put(?:ting)?|switch(?:ed|ing)?|set(?:ting)?|point(?:ed|ing)?|turn(?:ed|ing)?"
    r"|power(?:ed|ing)?|bring|brought|started)(?: \S+){0,8} again"
    r"|(?<!come )(?<!comes )(?<!get )(?<!report )(?<!reports )back (?:to|onto|into)"
    r"|as (?:it|they) (?:was|were)|as (?:today|before)"
    r"|leav(?:e|ing)(?: \S+){1,4} on (?:the )?(?:schema|version|release|old|previous|former|current|existing)"
    r"|(?:leav(?:e|ing)|keep(?:ing)?|stay (?:on|with|at)|remain (?:on"
    r"|with))(?: \S+){0,3} (?:old|previous|former)",
    go_back=r"roll(?:s|ed|ing)?[ -]?back|back(?:s|ed|ing)? out|undo|revert(?:s|ed|ing)?|reverse|rollback|backout|back-out",
    way_back=r"plan b|way back|(?:^\W*|(?<=[,;:] ))to (?:roll back|return|go back|back out|undo|revert|restore|recover)"
    r"|fall ?back is|rollback is|rollback:|"
    r"rollback (?:by|via|with|through|means|plan)|(?:can|could|will) be (?:reverted|undone|rolled back|reversed"
    r"|restored) (?:by|with|via|from|using)"
    r"|worst case|as a fallback|escape hatch|(?:we|you|i) (?:can|could|will|would)(?: then| simply| just| always)? "
    r"(?:revert|restore|redeploy|downgrade|switch back|go back|roll back)|to get back"
    r"|(?:can|could|may) be (?:powered|switched|turned|brought|started|put|taken|enabled|set"
    r"|pointed)(?: \S+){0,5} (?:again|back)"
    r"|to be back (?:in|on|to|at)|(?:we|you) are back",
    condition=r"if|should|when|whenever|in case|in the event|on failure|upon|unless|where",
    trouble=r"twice|double\w*|duplicat\w*|appears?|stale|wrongly|differ\w*|mismatch\w*|deviat\w*|\w*errors?|fail\w*"
    r"|exceed\w*|problem\w*|wrong"
    r"|not|doesn't|don't|above"
    r"|below|break\w*|broken|bad|trouble"
    r"|unhealthy|unsuccessful|issue\w*"
    r"|misbehav\w*|crash\w*|slow\w*|stop\w*|complain\w*|drop\w*|rise\w*|alert\w*|alarm\w*|unexpected\w*|off|worse|needed"
    r"|required|necessary|lost"
    r"|degrad\w*|stuck|corrupt\w*|red|down|emergency|abort\w*|reject\w*|rais\w*|higher|more than|any\w*|4xx|5xx|regress\w*"
    r"|refus\w*"
    r"|south|sideways|pear[- ]shaped|timeouts?|times? out|unreachable|unavailable|missing|hang\w*|incident\w*"
    r"|outage\w*|panic\w*",
    failure=r"fail(?:s|ed|ing|ure|ures)?|abandon(?:ed)?|abort(?:ed)?|go(?:es)? wrong|went wrong|breaks?|broke"
    r"n|misbehaves?|trouble|crash(?:es)?|unsuccessful|problems?|errors?|does not (?:work|come up|star"
    r"t|boot)|doesn.t (?:work|come up|start|boot)|not (?:work|successful)|called off|goes? south|pea"
    r"r[- ]shaped",
    negation=r"not|never|no|cannot|can't|doesn't|don't|won't|without",
    past=r"in ci|in qa|in uat|in dev|in preprod\w*|was|were|had|took|caused|happened|earlier this|last (?:week|month|year"
    r"|time)|at that time|on that day"
    r"|in (?:january|february|march|april"
    r"|may|june|july|august|september|october|november|december)|previous change|has been|have been|passed|tested|ran|been"
    r"|tried|yesterday"
    r"|went|replayed|rehears\w*|dry run|in the lab|in staging|in test|on staging",
    reason=r"(?:is|are|be|been|has been) (?:gone|lost|deleted|destroyed|shredded|wiped|erased|overwritten|revoked)"
    r"|no longer (?:exist|there|available)\w*"
    r"|because|since|as|due to|for the reason|so|read[- ]only|nothing (?:is |has )?(?:changed|changes|stored|written)",
    no_way=r"no (?:going back|way back|rollback|roll back|back-?out|return|fallback)|(?:rollback|roll back|back-?out"
    r"|downgrade|reverting|undo) (?:is )?"
    r"(?:not|im)\s?(?:possible|needed|required|applicable|feasible|necessary)|cannot be (?:rolled back|undone|reversed"
    r"|reverted|backed out)|irreversible",
    forward=r"forward|instead|fix forward|roll forward|forward-fix|workaround",
    observe=r"be (?:empty|up|green|active|running|visible|listed|gone|reachable|established|online|ready)|answer(?:s"
    r"|ed)?|return(?:s|ed)?|show(?:s|n)?|print(?:s|ed)?|list(?:s|ed)?|report(?:s|ed)?|respond(?:s|ed)?"
    r"|repl(?:y|ies)|say(?:s)?"
    r"|stay(?:s)?|remain(?:s)?|rise(?:s)?|arrive(?:s)?|read(?:s)?|equal(?:s)?|end(?:s)? in|los(?:es|e)|hold(?:s)?"
    r"|contain(?:s)?|log(?:s)?"
    r"|give(?:s)?|display(?:s)?|match(?:es)?|drop(?:s)?|fall(?:s)?|reach(?:es)?|output(?:s)?|yield(?:s)?|appear(?:s)?"
    r"|count(?:s)?|exit(?:s)?"
    r"|is (?:up|active|green|empty|listed|reachable|established|gone|in state|healthy|running|ready|refused|rejected)"
    r"|are (?:up|active|green|listed|reachable|established|gone|in state|healthy|running|ready|refused)|succeed(?:s)?"
    r"|receive(?:s)?|expect(?:ed)?"
    r"|works? (?:from|with|for|on|in)|becomes?|serve(?:s)?"
    r"|ha(?:s|ve) (?:\d+|one|two|three|four|five|six|no|all|both)|opens?|loads?|carr(?:y|ies)|comes? (?:up"
    r"|back)|pass(?:es)?|stop(?:s|ped)|can (?:log ?in|sign in|log on|open|send|receive|reach|book|print|post"
    r"|connect|read|write|see|place|search)|(?:is|are) (?:(?:at|on) (?:\d|version|level|release)\S*|in sync"
    r"|synchroni[sz]ed|synced|complete"
    r"|connected|mounted|open|closed|visible|present|valid|registered|online|restored|delivered|compliant"
    r"|fully)"
    r"|(?:is|are) (?:now |still )?v?\d|finish(?:es)?|complet(?:es)?|sees|finds|gets|http \d{3}",
    modal=r"must|has to|have to|should|needs? to|shall|is expected to|expected:|expect|ought to"
    r"|wants? to see|expects? to see|will see|looking for|is to|are to",
    check=r"check|verify|confirm|validate|ensure|make sure|test|watch|monitor|query|ping|curl|compare|look at|log ?in|browse"
    r"|measure|see",
    finished=r"(?:finished|done|fixed|solved|resolved|good|closed|successful|complete|a success|over|worked"
    r"|accepted) (?:when|if|once|as soon as)"
    r"|success (?:means|is)"
    r"|we (?:will )?know (?:that )?it worked",
    equal=r"equals|(?:is|are) (?:equal|identical) to|agrees with|tall(?:y|ies) with|(?:is|are) the same as",
    bound=r"all (?:\S+ ){0,5}(?:green|up|ok|active|healthy|ready|reachable|running|online)|below|above|under|at least|at most"
    r"|less than|more than|within|no more than|fewer than|between|equals?|exactly"
    r"|greater than|larger than"
    r"|zero|not exceed|no (?:new |other |packet )?(?:loss|errors?|entr(?:y|ies)|lines?|alerts?|warnings?|5xx)|same|newer"
    r"|no longer"
    r"|without (?:\S+ ){0,3}(?:loss|errors?|interruptions?|failures?|warnings?|alerts?|gaps?|timeouts?)|none of"
    r"|only|as before|unchanged|as in"
    r"|or (?:more|less|better|higher|lower|fewer)",
    that=r"that|whether|if|for",
    beforehand=r"before (?:starting|the change|you start|we start|beginning|step|going|each|any|doing)|beforehand|prior to"
    r"|first make sure|"
    r"before the (?:window|start|upgrade|migration|update)",
    open=r"tbd|tbc|tba|todo|to do|t\.b\.d|wip|fixme|to be (?:defined|determined|confirmed|done|decided|provided|written|added"
    r"|completed|agreed|"
    r"discussed|filled|announced|advised|supplied|clarified)|pending|still open|open|not yet|will be (?:added|provided"
    r"|defined|written)|coming soon"
    r"|(?:needs to|must|has to) be (?:written|defined|filled)|later|xxx+|\?+|none yet|unknown|blank|placeholder",
    template=r"(?:describe|explain|outline)(?: (?:briefly|here|in detail))?,? (?:how|what|which|why|when|who|the|your"
    r"|any|all|each|every|here|steps|in)|describe|lorem ipsum|please (?:describe|enter|provide|fill|explain"
    r"|specify|list|add|state)|"
    r"(?:enter|insert|fill in|provide|specify|add|list|state|document|write|outline|detail|your) (?:here|the|your|a|an|any"
    r"|all|details|text|steps?)?"
    r" ?(?:rollback|roll back|back-?out|validation|verification|test|plan|steps|details|text|description|procedure"
    r"|information|how|answer|here)"
    r"|how (?:will|would|do|can|is|are) (?:you|we|the|this)|what (?:will|would|are|is) (?:you|the|your|be)|to be filled"
    r"|example text|sample text|click here",
    pointer=r"see|refer|as per|as in|as described|as documented|as defined|as usual|as always|per|according to|follow"
    r"|following|in accordance|"
    r"documented|described|detailed|same as|ditto|use the|usual|standard|in the|on the|link|attached|please (?:see|refer"
    r"|follow|consult)"
    r"|consult|available|refers?|covered|known|by the book|like last time|like always|check the|read the|the standard"
    r"|the usual|normal",
    elsewhere=r"wiki|confluence|page|runbook|document|documents|documentation|procedure|procedures|process|sharepoint|above"
    r"|below|attachment"
    r"|attached|ticket|vendor|appendix|manual|sop|guide|playbook|jira|link|practice|https?|usual|always|policy|template|kb"
    r"|article|instructions"
    r"|last time|handbook|guideline|guidelines|intranet|spreadsheet|standard|drive|repository|readme|plan|elsewhere",
    authority=r"decision|decid(?:e|es|ed)|authoris\w*|authoriz\w*|approv\w*|permission|consent|invok\w*|sign(?:s|ed)? off"
    r"|at the discretion|must be informed"
    r"|has to be informed|judg(?:e|ement)|escalat\w*",
    not_applicable=r"n/?a|n\.a\.|none|not applicable|no(?=\W*$|[,;.])|nil|nothing|not needed|not required|not necessary"
    r"|not possible|-+",
    passive=r"page|brief|phone|ring|consult|discuss|book|talk|escalate|join|announce|inform|tell|notify|mail|e-?mail"
    r"|wait|log ?in|log on|check|verify|confirm|watch|monitor|read|show|list"
    r"|note|ask|leave"
    r"|save|export|back ?up|take (?:a |the )?(?:backup|snapshot|base)|make sure|compare|send|export|record|document|open a"
    r"|close the ticket"
    r"|write down|keep a copy|test|validate|query|plan|observe|meet|call|dump|download|snapshot|print|review|curl|select|ping",
    types={
        "standard": r"standard|pre-?approved",
        "normal": r"normal",
        "emergency": r"emergency|expedited|break-?glass",
    },
    change=r"changes?|rfc",
    excuse=r"low[- ]risk|risk (?:is )?(?:very )?low|low(?: \S+){0,2} impact|minor|small|simple|trivial|routine"
    r"|straightforward|no (?:risk|impact)|minimal(?: \S+){0,2} (?:risk|impact)|risk|impact|well tested|tested"
    r"|proven|confident|(?:many|several|\d+|\w+) times|done before|standard"
    r"|low|because",
    question=r"what if|what happens if|what do (?:we|you) do if|what to do if|how (?:do|can|will|would|to)|can (?:we|it"
    r"|this|the)|is (?:there|it)",
    asks_back=r"if (?:it|this"
    r"|that) (?:fails|breaks|goes wrong|does not work)|plan b|(?:roll|rolled|back|backed|go|get|getting|switch"
    r"|switched|change|changed) (?:it |this |the \S+ )?(?:back|out)|undo|undone|revert|reverted|reversed"
    r"|rollback|backout|disabled (?:once|again)|way back"
    r"|abort|cancel|stop|switch(?:ed)? (?:it |this )?off|turn(?:ed)? (?:it |this )?off|disable",
    asks_check=r"(?:know|see|tell|notice|find out)(?: \S+){0,5} (?:work\w*|success\w*|done|finished)|who (?:tests|checks"
    r"|verifies) (?:it|this|that)|how (?:do|will|can|would) (?:we|you|i) (?:test|check|verify|validate)"
    r"|what (?:do|will) (?:we|you) check",
    asks_other=r"metrics?|tested|inform|rollout or rollback fail|who (?:decides|approves|is told)|reenable|why|when (?:was|is)",
    contact=r"(?:open|raise|log|create|file)(?: \S+){0,3} (?:ticket|case|incident|bridge|request)|(?:call|contact|phone"
    r"|ask|engage|consult|reach out to|turn to|involve)(?: \S+){0,4} (?:vendor|support|hotline|team|manager"
    r"|engineers?|supplier|partner|desk|dbas?|maker|owner|provider|carrier)"
    r"|by (?:the |our |an? )?(?:\S+ ){0,3}(?:teams?|manager|engineers?|dbas?|vendor|owner|desk|operators?"
    r"|department|admins?|administrators?|group|supplier)|(?:on|upon|at) (?:the )?(?:request|instruction"
    r"|order)(?: of(?: \S+){1,4})?",
    what_if=r"what if|what happens (?:if|when)|(?:what|how) do (?:we|you|i) do if|what to do if|and if",
    months="jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? "
    "july? aug(?:ust)? sept?(?:ember)? oct(?:ober)? nov(?:ember)? dec(?:ember)?",
)
