package simulator

import "fmt"

// translation is the words of an invitation in one language.
type translation struct {
	Title, Lead, SignInLead                         string // Lead and SignInLead take the inviter and the organization
	Role, Email, Name, Password, Rule, Join, SignIn string
	Done, DoneLead                                  string // DoneLead takes the organization
	Gone, mail                                      string
	Roles                                           map[string]string
	Problems                                        map[problem]string
}

func (t translation) subject(organization string) string { return fmt.Sprintf(t.mail, organization) }

var translations = map[string]translation{
	"en": {
		Title:      "Invitation to JMap Cloud",
		Lead:       "%s invites you to join the organization %s.",
		SignInLead: "%s invites you to join the organization %s. You have an account already: sign in to accept.",
		Role:       "Your role", Email: "Email", Name: "Full name", Password: "Password",
		Rule: "At least 8 characters, with lower case, upper case, a digit and a special character.",
		Join: "Create my account and join", SignIn: "Sign in and join",
		Done: "Welcome!", DoneLead: "You are now a member of %s. You may close this page.",
		Gone: "This link no longer works",
		mail: "Invitation to join %s on JMap Cloud",
		Roles: map[string]string{
			RoleViewer: "Viewer", RoleEditor: "Editor", RoleAdministrator: "Administrator",
		},
		Problems: map[problem]string{
			problemExpired:       "The invitation has expired. Ask for a new one.",
			problemWithdrawn:     "The invitation was withdrawn.",
			problemUsed:          "The invitation was accepted already.",
			problemName:          "Enter your name, in at most 255 characters.",
			problemPassword:      "The password is too weak.",
			problemWrongPassword: "This is not the password of your account.",
		},
	},
	"fr": {
		Title:      "Invitation à JMap Cloud",
		Lead:       "%s vous invite à rejoindre l’organisation %s.",
		SignInLead: "%s vous invite à rejoindre l’organisation %s. Vous avez déjà un compte\u00a0: connectez-vous pour accepter.",
		Role:       "Votre rôle", Email: "Courriel", Name: "Nom complet", Password: "Mot de passe",
		Rule: "Au moins 8 caractères, dont une minuscule, une majuscule, un chiffre et un caractère spécial.",
		Join: "Créer mon compte et rejoindre", SignIn: "Me connecter et rejoindre",
		Done: "Bienvenue\u00a0!", DoneLead: "Vous êtes maintenant membre de %s. Vous pouvez fermer cette page.",
		Gone: "Ce lien ne fonctionne plus",
		mail: "Invitation à rejoindre %s sur JMap Cloud",
		Roles: map[string]string{
			RoleViewer: "Visualisateur", RoleEditor: "Éditeur", RoleAdministrator: "Administrateur",
		},
		Problems: map[problem]string{
			problemExpired:       "L’invitation a expiré. Demandez-en une nouvelle.",
			problemWithdrawn:     "L’invitation a été retirée.",
			problemUsed:          "L’invitation a déjà été acceptée.",
			problemName:          "Entrez votre nom, en 255 caractères au plus.",
			problemPassword:      "Le mot de passe est trop faible.",
			problemWrongPassword: "Ce n’est pas le mot de passe de votre compte.",
		},
	},
	"es": {
		Title:      "Invitación a JMap Cloud",
		Lead:       "%s le invita a unirse a la organización %s.",
		SignInLead: "%s le invita a unirse a la organización %s. Ya tiene una cuenta: inicie sesión para aceptar.",
		Role:       "Su función", Email: "Correo electrónico", Name: "Nombre completo", Password: "Contraseña",
		Rule: "Al menos 8 caracteres, con una minúscula, una mayúscula, un dígito y un carácter especial.",
		Join: "Crear mi cuenta y unirme", SignIn: "Iniciar sesión y unirme",
		Done: "¡Le damos la bienvenida!", DoneLead: "Ya es miembro de %s. Puede cerrar esta página.",
		Gone: "Este enlace ya no funciona",
		mail: "Invitación para unirse a %s en JMap Cloud",
		Roles: map[string]string{
			RoleViewer: "Visualizador", RoleEditor: "Editor", RoleAdministrator: "Administrador",
		},
		Problems: map[problem]string{
			problemExpired:       "La invitación ha caducado. Pida una nueva.",
			problemWithdrawn:     "La invitación fue retirada.",
			problemUsed:          "La invitación ya fue aceptada.",
			problemName:          "Escriba su nombre, con 255 caracteres como máximo.",
			problemPassword:      "La contraseña es demasiado débil.",
			problemWrongPassword: "Esta no es la contraseña de su cuenta.",
		},
	},
}
