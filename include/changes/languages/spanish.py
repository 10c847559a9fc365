"""The words of change documents in Spanish."""

from __future__ import annotations

from include.changes.language import Language

SPANISH = Language(
    labels={
        "purpose": "objetivo|proposito|motivo|justificacion|antecedentes|razon|por que|descripcion|introduccion|titulo|resumen",
        "scope": "alcance|descripcion|descripcion del cambio|ambito",
        "affected": "sistemas afectados|servicios afectados|afectados|componentes|elementos de configuracion|servidores"
        "|sistemas|servicios"
        "|aplicaciones afectadas",
        "type": "tipo de cambio|tipo|clase de cambio|categoria"
        "|clasificacion|categoria del cambio|clase|naturaleza del cambio|tipologia",
        "steps": "pasos|implementacion|plan de implementacion|procedimiento|ejecucion|actividades|plan de trabajo"
        "|pasos de implementacion|plan de ejecucion",
        "rollback": "plan de reversion|reversion|plan de retorno|vuelta atras|plan de vuelta atras|marcha atras|retroceso"
        "|restauracion|plan b|rollback"
        "|plan de rollback|plan de marcha atras|plan de contingencia|contingencia|si algo falla|en caso de fallo"
        "|plan de retroceso|plan de recuperacion"
        "|plan de regreso|regreso|plan de salida|plan de vuelta|vuelta al estado anterior|retorno"
        "|retorno al estado anterior|restablecimiento|si no funciona|en caso de problemas|en caso de incidencia"
        "|plan de restauracion|plan de emergencia|deshacer|back out|backout|plan de backout"
        "|script de reversion|script de vuelta atras|si no es correcto|en caso de error",
        "validation": "control de calidad|validacion|verificacion|comprobacion|comprobaciones|criterios de exito"
        "|pruebas posteriores"
        "|verificacion posterior|plan de validacion"
        "|criterios de aceptacion|comprobacion final|comprobaciones finales|verificaciones|pruebas de validacion"
        "|comprobacion posterior|comprobaciones posteriores|pruebas tras el cambio|validacion posterior"
        "|validaciones|control|controles|pruebas finales|pruebas funcionales|prueba funcional|verificacion final"
        "|como sabremos que funciona|pruebas de aceptacion"
        "|script de comprobacion|consulta de comprobacion|consultas de comprobacion",
        "test_plan": "plan de pruebas|pruebas",
        "expected": "resultado esperado|esperado",
        "after": "despues|despues del cambio|tras el cambio|seguimiento|resultado|resultados|monitorizacion|monitoreo"
        "|vigilancia|observacion",
        "evidence": "pruebas previas|pruebas realizadas|evidencia de pruebas|evidencias|resultados de las pruebas|ensayos",
        "prechecks": "requisitos previos|prerrequisitos|preparacion|comprobaciones previas|condiciones previas"
        "|verificaciones previas",
        "window": "ventana|fecha|ventana de mantenimiento|fecha prevista|inicio|fin|horario|cuando|ventana de cambio"
        "|inicio previsto|fin previsto",
        "duration": "duracion|duracion estimada",
        "impact": "impacto|riesgo e impacto|riesgos e impacto|indisponibilidad|corte|interrupcion|analisis de impacto",
        "communication": "comunicacion|plan de comunicacion|avisos|notificacion",
        "trigger": "criterios de aborto|criterios de reversion|disparador|criterios de cancelacion|criterios de parada",
        "technician": "responsable tecnico|tecnico|ejecutor|implementador|responsable|realizado por|ejecutado por",
        "reviewer": "revisor|revisado por|verificado por",
        "approval": "aprobacion|aprobaciones|aprobado por|autorizacion|autorizaciones",
        "risk": "riesgo|riesgos|costes|observaciones|contactos|anexos|alternativas",
        "excluded": "fuera de alcance|no afectados|no afecta",
        "history": "antecedentes|justificacion|historial|motivo|alternativas",
        "environment": "entorno",
    },
    filler="el|la|los|las|de|del|y|o|a|en|plan|procedimiento|despues|tras|pasos|cambio|implementacion|para|final",
    stop="el|la|los|las|un|una|unos|unas|de|del|y|o|a|al|en|con|sin|por|para|es|son|sera|seran|se|su|sus|lo|le|que|no|si|como"
    "|mas|ya|este"
    "|esta|estos|cada|todo|todos|ha|han|hay|caso|necesario|necesita|desde|hasta|tras|antes|despues",
    generic="todo|funciona|funcionan|funcione|funcionamiento|correctamente|bien|cambio|cambios|sistema|sistemas|servicio"
    "|servicios|aplicacion|equipo"
    "|version|anterior|estado|original|problema|problemas|error|errores|fallo|fallos|reversion|atras|verificar|comprobar|probar"
    "|pruebas|validar|validacion|asegurar|servidor|usuarios|normal|configuracion|vuelta|marcha|revertir|revierte|revertira"
    "|restaurar"
    "|deshacer|realizara|produccion|esperado|estandar|procedimiento|ok|operativo|hara|volvera"
    r"|volver|retorno|retornar|situacion"
    r"|aplazara|aplazado|ventana|mantenimiento|posible|dentro",
    act=r"(?:eliminacion|restauracion|desactivacion|reactivacion|reinstalacion|borrado|reinicio) (?:de"
    r"|del)(?=[^.;]{0,60}[0-9`])|quitar"
    r"|poner|aplicar|ejecutar|copiar|cargar|arrancar|iniciar|detener|parar|reiniciar|eliminar|borrar|desactivar"
    r"|activar|importar|cambiar"
    r"|instalar|desinstalar|sustituir|mover|montar|desmontar|desplegar|anadir|conectar|desconectar|usar|apuntar|enchufar",
    undo=r"re(?!cib|comend|vis|spond|aliz|cog|quer|un|gistr|nunci|trasa|solv)\w{2,}(?:amos|emos|imos)|des(?:vincul"
    r"|instal|activ|conect|mont|hac|asign|habilit)\w*|reinstal\w*|reactiv\w*|redespl\w*|revert\w*"
    r"|reviert\w*|restitu\w*|restaurar|restaura|volver a|volver|redesplegar|reinstalar|reactivar|restablecer|devolver"
    r"|reponer|revertir|deshacer"
    r"|reimportar"
    r"|volver\w*|vuelve\w*|restaur\w*|restablec\w*|repon\w*|de vuelta a|(?:poner|dejar|activar|apuntar"
    r"|conectar)(?: \S+){0,8} (?:de nuevo|otra vez)|retornar"
    r"|como (?:estaba|estaban|antes|hoy|ahora)|(?:dejar|mantener|conservar)(?: \S+){0,3} (?:antigu\w*|anterior\w*)",
    go_back=r"revertir|revertira|revierte|deshacer|volver atras|rollback|marcha atras|vuelta atras",
    way_back=r"plan b|para (?:volver|revertir|deshacer)|la vuelta atras (?:es|consiste)|se (?:puede|podra) (?:volver|revertir"
    r"|restaurar)",
    condition=r"si|en caso de|cuando|en el caso",
    trouble=r"aparec\w*|obsolet\w*|difier\w*|quej\w*|no coincid\w*|errores|error|fall\w*|problema\w*|no|supera\w*"
    r"|incidencia\w*|necesario"
    r"|mal|lent\w*|degrad\w*|superior\w*"
    r"|alarma\w*|anomalia\w*",
    failure=r"falla\w*|fallo|sale mal|va mal|no (?:funciona|arranca)|problema\w*|abort\w*|fracasa",
    negation=r"no|nunca|sin|ningun|ninguna",
    past=r"se probo|fue|fueron|era|eran|habia|ha sido|han sido|en el laboratorio|en preproduccion|probado\w*"
    r"|el mes pasado|hubo",
    reason=r"(?:se|es|son|queda\w*|esta\w*) (?:borra|destruy|elimina|perd|sobrescri)\w*|ya no existe\w*|porque|ya que"
    r"|dado que|debido a|solo lectura",
    no_way=r"no hay (?:vuelta atras|marcha atras|reversion|rollback)|no es (?:posible|reversible)|irreversible"
    r"|sin vuelta atras",
    forward=r"en su lugar|en cambio|hacia adelante|alternativa",
    observe=r"responde\w*|devuelve\w*|muestra\w*|indica\w*|contiene\w*|lista\w*|queda\w*|permanece\w*|llega\w*|aparece\w*"
    r"|devolver|mostrar|responder|contener"
    r"|esta (?:activo|verde|vacio|accesible)|estan (?:activos|verdes|vacios|accesibles)|se mantiene|conectan?"
    r"|se abre|abre|puede (?:\S+ ){0,3}(?:abrir|imprimir|enviar|entrar|acceder)|esta (?:disponible|visible"
    r"|al dia)|estan (?:disponibles|visibles|al dia)|da \d+"
    r"|es v?\d|son \d|termina\w*|imprime\w*|ve",
    modal=r"debe|deben|debera|deberan|tiene que|tienen que|esperado:",
    check=r"verificar|comprobar|probar|validar|comparar|vigilar|medir|confirmar|consultar|conectarse"
    r"|revisar",
    finished=r"(?:terminado|finalizado|correcto|exitoso|completado) (?:cuando|si)",
    equal=r"coinciden? con|(?:es|son) (?:igual|iguales|identic\w+) (?:a|al)|cuadran? con",
    bound=r"menos de|mas de|al menos|como maximo|inferior\w*|superior\w*|por debajo|entre|exactamente"
    r"|ningun (?:nuevo )?(?:error|aviso)|sin errores|dentro de"
    r"|sin (?:\S+ ){0,2}(?:perdida|error|corte|aviso)\w*|solo|igual que antes|sin cambios"
    r"|o (?:mas|menos)",
    that=r"que|si",
    beforehand=r"antes de(?:l cambio| empezar| comenzar| iniciar|l inicio)|previamente",
    open=r"pendiente\w*|por definir|por determinar|a definir|por completar|sin definir|en elaboracion|por concretar"
    r"|se definira",
    template=r"describa|describir (?:aqui|el|la|como)|indique|introduzca|explique|rellenar|escriba|por favor|detalle (?:el|la"
    r"|los)",
    pointer=r"ver|vease|segun|consultar|consulte|conforme|de acuerdo|como siempre|seguir|estandar|el habitual|lo habitual",
    elsewhere=r"wiki|pagina|procedimiento|documento|documentacion|anexo|arriba|abajo|manual|siempre|estandar|guia|habitual"
    r"|proceso|proveedor",
    authority=r"decision|decid\w*|autoriz\w*|aprob\w*|inform\w*|aprueb\w*",
    not_applicable=r"no aplica|no procede|ninguno|ninguna|no necesario|n/?a|nada",
    passive=r"llamar|contactar|escalar|avisar|informar|notificar|anunciar|esperar|verificar|comprobar|exportar"
    r"|guardar|consultar|conectarse|anotar"
    r"|respaldar",
    types={"standard": r"estandar", "normal": r"normal", "emergency": r"emergencia|urgente|de urgencia"},
    change=r"cambio",
    excuse=r"(?:bajo|poco|minimo|escaso|ningun) (?:riesgo|impacto)|riesgo|impacto|sencill\w*|simple|probad\w*|menor"
    r"|rutin\w*|estandar|habitual"
    r"|bajo|baja",
    question=r"que (?:hacemos|pasa|hacer|ocurre)|y si|como|quien",
    asks_back=r"volver|vuelta atras|deshacer|revertir|marcha atras|plan b"
    r"|rollback"
    r"|abortar|parar|desactivar|detener",
    asks_check=r"(?:saber|sabremos|sabemos|vemos|comprobar\w*|verificar\w*)(?: \S+){0,6} (?:funciona\w*|bien|exito)"
    r"|quien (?:prueba|comprueba|verifica)|como (?:comprobamos|probamos|verificamos)",
    asks_other=r"por que|quien decide",
    contact=r"(?:abrir|crear) (?:un|una) (?:ticket|caso|incidencia)|(?:contactar|llamar"
    r"|avisar)(?: \S+){0,4} (?:proveedor|soporte|fabricante|equipo|responsable)"
    r"|por (?:el |la |los )?(?:\S+ ){0,2}(?:equipo|proveedor|responsable|departamento)(?: de \S+)?"
    r"|a (?:peticion|solicitud) de(?: \S+){1,3}",
    what_if=r"(?:que (?:hacemos|pasa|hacer|ocurre)|y) si",
    months="ene(?:ro)? feb(?:rero)? mar(?:zo)? abr(?:il)? mayo? jun(?:io)? "
    "jul(?:io)? ago(?:sto)? sept?(?:iembre)? oct(?:ubre)? nov(?:iembre)? dic(?:iembre)?",
)
