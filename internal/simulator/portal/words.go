package portal

import "slices"

// languageCodes are the languages of the words, in their order.
var languageCodes = []string{"en", "fr", "es"}

// Word returns the words for key in r's language.
func (r *request) Word(key string) string {
	said, found := words[key]
	if !found {
		panic("there are no words for " + key) // the keys are ours
	}
	return said[slices.Index(languageCodes, r.Language)]
}

func isWord(key string) bool {
	_, found := words[key]
	return found
}

// words are in English, French and Spanish. The first two are the portal's own, where K2's guides show them.
var words = map[string][3]string{
	"brand":     {"JMap Cloud, simulated", "JMap Cloud, simulé", "JMap Cloud, simulado"},
	"signed-in": {"Signed in as", "Connecté en tant que", "Sesión iniciada como"},
	"skip":      {"Skip to the content", "Aller au contenu", "Ir al contenido"},
	"sections":  {"Organization", "Organisation", "Organización"},
	"in":        {"Language of the portal", "Langue du portail", "Idioma del portal"},

	"home":      {"Simulated JMap Cloud", "JMap Cloud simulé", "JMap Cloud simulado"},
	"home-lead": {"A JMap Cloud in the memory of this machine. Nothing here is real, and everything is lost when the program ends.", "Un JMap Cloud dans la mémoire de cette machine. Rien n’y est réel, et tout est perdu à la fin du programme.", "Un JMap Cloud en la memoria de esta máquina. Nada aquí es real, y todo se pierde cuando termina el programa."},
	"open":      {"Open the portal", "Ouvrir le portail", "Abrir el portal"},
	"endpoint":  {"The API is at this address, for the provider’s argument endpoint:", "L’API est à cette adresse, pour l’argument endpoint du fournisseur\u00a0:", "La API está en esta dirección, para el argumento endpoint del proveedor:"},

	"general":     {"General", "Général", "General"},
	"api-keys":    {"API Keys", "Clés d’API", "Claves de API"},
	"members":     {"Members", "Membres", "Miembros"},
	"invitations": {"Invitations", "Invitations", "Invitaciones"},
	"projects":    {"Projects", "Projets", "Proyectos"},
	"activity":    {"Activity", "Activité", "Actividad"},

	"lead-general":     {"The organization, as external systems such as JMap Server know it.", "L’organisation, telle que la connaissent les systèmes externes comme JMap Server.", "La organización, tal como la conocen los sistemas externos como JMap Server."},
	"lead-api-keys":    {"API keys let applications use the organization’s data.", "Les clés d’API permettent à des applications d’utiliser les données de l’organisation.", "Las claves de API permiten que las aplicaciones usen los datos de la organización."},
	"lead-members":     {"The people of the organization.", "Les personnes de l’organisation.", "Las personas de la organización."},
	"lead-invitations": {"Invitations that were not accepted yet.", "Les invitations qui n’ont pas encore été acceptées.", "Invitaciones que aún no se han aceptado."},
	"lead-projects":    {"Projects and data sources, with their owners.", "Les projets et les sources de données, avec leurs propriétaires.", "Los proyectos y las fuentes de datos, con sus propietarios."},
	"lead-activity":    {"What the API was asked, the latest first.", "Ce qui a été demandé à l’API, en commençant par le plus récent.", "Lo que se pidió a la API, empezando por lo más reciente."},

	"name":        {"Name", "Nom", "Nombre"},
	"username":    {"Username", "Identifiant", "Nombre de usuario"},
	"email":       {"Email", "Adresse courriel", "Correo electrónico"},
	"role":        {"Role", "Rôle", "Función"},
	"title":       {"Title", "Titre", "Título"},
	"id":          {"ID", "ID", "ID"},
	"creator":     {"Created by", "Créé par", "Creado por"},
	"created":     {"Creation date", "Date de création", "Fecha de creación"},
	"expires":     {"Expiry date", "Date d’expiration", "Fecha de caducidad"},
	"expired":     {"expired", "expiré", "caducado"},
	"sender":      {"Sent by", "Envoyée par", "Enviada por"},
	"invited":     {"Invited", "Personne invitée", "Persona invitada"},
	"language":    {"Language", "Langue", "Idioma"},
	"link":        {"Link", "Lien", "Enlace"},
	"owners":      {"Owners", "Propriétaires", "Propietarios"},
	"type":        {"Type", "Type", "Tipo"},
	"project":     {"Project", "Projet", "Proyecto"},
	"data-source": {"Data source", "Source de données", "Fuente de datos"},
	"secret":      {"API key", "Clé d’API", "Clave de API"},
	"time":        {"Time", "Heure", "Hora"},
	"method":      {"Method", "Méthode", "Método"},
	"path":        {"Path", "Chemin", "Ruta"},
	"status":      {"Status", "Statut", "Estado"},
	"who":         {"Who", "Qui", "Quién"},
	"actions":     {"Actions", "Actions", "Acciones"},

	"ORG_ADMIN":  {"Administrator", "Administrateur", "Administrador"},
	"ORG_EDITOR": {"Editor", "Éditeur", "Editor"},
	"ORG_VIEWER": {"Viewer", "Visualisateur", "Visualizador"},
	"en":         {"English", "Anglais", "Inglés"},
	"fr":         {"French", "Français", "Francés"},
	"es":         {"Spanish", "Espagnol", "Español"},

	"information": {"Display information", "Afficher les informations", "Mostrar la información"},
	"edit":        {"Edit", "Modifier", "Modificar"},
	"delete":      {"Delete", "Supprimer", "Eliminar"},
	"create":      {"Create", "Créer", "Crear"},
	"save":        {"Save", "Enregistrer", "Guardar"},
	"cancel":      {"Cancel", "Annuler", "Cancelar"},
	"ok":          {"OK", "OK", "Aceptar"},
	"copy":        {"Copy to the clipboard", "Copier dans le presse-papier", "Copiar al portapapeles"},
	"copied":      {"Copied", "Copié", "Copiado"},
	"create-key":  {"Create new API key", "Ajouter une clé", "Crear una clave de API"},
	"invite":      {"Invite member", "Inviter un membre", "Invitar a un miembro"},
	"required":    {"An asterisk marks what has to be filled in.", "Un astérisque indique les champs obligatoires.", "Un asterisco indica lo que es obligatorio."},

	"expires-hint": {"The key expires at the beginning of this day, at 00:00 UTC.", "La clé expire au début de cette journée, à 00:00 UTC.", "La clave caduca al comenzar este día, a las 00:00 UTC."},
	"key-created":  {"API key created", "Clé d’API créée", "Clave de API creada"},
	"key-once":     {"This is a private key: keep it secret and secure. It cannot be seen again once this page is closed.", "Ceci est une clé privée\u00a0: gardez-la secrète et en lieu sûr. Il ne sera plus possible de la voir une fois cette page fermée.", "Esta es una clave privada: guárdela en secreto y en un lugar seguro. No se podrá volver a ver una vez cerrada esta página."},

	"key-information":        {"API key information", "Informations de la clé d’API", "Información de la clave de API"},
	"member-information":     {"Member information", "Informations du membre", "Información del miembro"},
	"invitation-information": {"Invitation information", "Informations de l’invitation", "Información de la invitación"},
	"edit-member":            {"Edit member", "Modifier le membre", "Modificar el miembro"},
	"delete-key":             {"Delete API key", "Supprimer la clé d’API", "Eliminar la clave de API"},
	"delete-member":          {"Delete member", "Supprimer le membre", "Eliminar el miembro"},
	"delete-invitation":      {"Delete invitation", "Supprimer l’invitation", "Eliminar la invitación"},
	"for-ever":               {"This cannot be undone.", "Cette action est irréversible.", "Esto no se puede deshacer."},
	"dead-link":              {"The link of the invitation will no longer work.", "Le lien de l’invitation ne fonctionnera plus.", "El enlace de la invitación dejará de funcionar."},
	"lost":                   {"Without a transfer of ownership, these are deleted for ever:", "Sans transfert de la propriété, ceci est supprimé pour toujours\u00a0:", "Sin una transferencia de la propiedad, esto se elimina para siempre:"},
	"kept":                   {"These have other owners and stay:", "Ceci a d’autres propriétaires et reste\u00a0:", "Esto tiene otros propietarios y permanece:"},
	"owns-nothing":           {"Owns no project and no data source.", "Ne possède aucun projet ni aucune source de données.", "No posee ningún proyecto ni ninguna fuente de datos."},
	"more":                   {"more that are not named here:", "autres qui ne sont pas nommés ici\u00a0:", "más que no se nombran aquí:"},
	"transfer":               {"Transfer ownership to", "Transférer la propriété à", "Transferir la propiedad a"},
	"no-successor":           {"no member", "aucun membre", "ningún miembro"},
	"unsure":                 {"Tick the box and choose a member, or do neither.", "Cochez la case et choisissez un membre, ou ne faites ni l’un ni l’autre.", "Marque la casilla y elija un miembro, o no haga ninguna de las dos cosas."},

	"filter":        {"Filter", "Filtrer", "Filtrar"},
	"filter-any":    {"Any column", "Toutes les colonnes", "Cualquier columna"},
	"filter-by":     {"Filter by column", "Filtrer par colonne", "Filtrar por columna"},
	"clear":         {"Show all", "Tout afficher", "Mostrar todo"},
	"all":           {"All", "Tous", "Todos"},
	"none":          {"There is nothing to show.", "Il n’y a rien à afficher.", "No hay nada que mostrar."},
	"of":            {"of", "sur", "de"},
	"page":          {"Page", "Page", "Página"},
	"pages":         {"Pages", "Pages", "Páginas"},
	"first":         {"First", "Première", "Primera"},
	"previous":      {"Previous", "Précédente", "Anterior"},
	"next":          {"Next", "Suivante", "Siguiente"},
	"last":          {"Last", "Dernière", "Última"},
	"clock":         {"The cloud’s clock says", "L’horloge du nuage indique", "El reloj de la nube indica"},
	"refresh":       {"Refresh", "Actualiser", "Actualizar"},
	"pause":         {"Stop refreshing", "Ne plus actualiser", "Dejar de actualizar"},
	"resume":        {"Refresh every two seconds", "Actualiser toutes les deux secondes", "Actualizar cada dos segundos"},
	"done-saved":    {"Saved.", "Enregistré.", "Guardado."},
	"done-deleted":  {"Deleted.", "Supprimé.", "Eliminado."},
	"done-invited":  {"The email was sent. The link can be copied, too.", "Le courriel a été envoyé. Le lien peut aussi être copié.", "Se envió el correo electrónico. También se puede copiar el enlace."},
	"refused":       {"The cloud refuses this:", "Le nuage refuse\u00a0:", "La nube lo rechaza:"},
	"problem":       {"This page cannot be shown", "Cette page ne peut pas être affichée", "Esta página no se puede mostrar"},
	"not-found":     {"There is no such page.", "Cette page n’existe pas.", "Esta página no existe."},
	"to-the-portal": {"To the portal", "Vers le portail", "Al portal"},
}
