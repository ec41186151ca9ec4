/**
 * Words that most often serve as passwords, alone or with a few digits after them, in the languages that our users
 * speak most. All in lower case. Those with digits inside are common as they stand.
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  `
  password passwort password1 passw0rd p@ssw0rd p@ssword pa$$w0rd pa$$word pass passwd passphrase passpass mypassword
  thepassword newpassword yourpassword default changeme changeit letmein letmein1 letmeinnow welcome welcome1 welcomehome
  secret secrets topsecret mysecret private access accessgranted login logmein signin enter opensesame open sesame
  admin administrator administrador admin1 adminadmin root rootroot toor superuser superadmin sysadmin system server
  manager master masterkey guest guestguest visitor user username usuario test tester testing testtest temporal temp
  temporary demo example sample qwerty qwerty1 qwertyui qwertyqwerty azerty asdfgh asdfasdf asdf1234 zxcvbn zxcvbnm
  1q2w3e4r 1qaz2wsx q1w2e3r4 q1w2e3r4t5 qazwsx qazwsxedc abc123abc abcd1234 abcd123 a1b2c3d4 a1s2d3f4 aa123456 a1234567
  a12345678 abc12345 abc123456 123abc123 123456789a 12345678a 1234567a 12345qwert 1234qwer qwer1234 qwe123qwe 123qwe123
  123qweasd qweasdzxc qweasd asdqwe123 zaq12wsx zaq1zaq1 xsw2zaq1 147258369 159753 159357 741852963 789456123 456789123
  147852369 963852741 123654789 987456321 112233445566 11223344 1122334455 123123123 123321123 12341234 12344321 123454321
  1234554321 12345654321 11112222 00001111 10203040 102030405060 31415926 314159265 27182818 19841984 20002000 77777778
  iloveyou iloveyou1 iloveyou2 iloveu loveyou loveme loveyou1 ilovehim iloveher ilovegod iloveme ilovejesus iluvyou
  teamo teamomucho tequiero tequieromucho tequieroo mivida miamor micorazon mibebe minombre teadoro amormio amoreterno
  princess princesa princesita principe prince sunshine moonlight starlight superstar shadow shadows dragon dragons
  dragonball dragonfly monkey monkeys kitten kittycat butterfly mariposa estrella estrellita corazon corazones
  football futbol baseball basketball basquetbol softball hockey soccer volleyball voleibol golfer tennis swimming
  realmadrid barcelona atletico bocajuniors riverplate chivas america colocolo alianza liverpool arsenal chelsea
  manchester manunited juventus intermilan bayern benfica sporting flamengo corinthians palmeiras lakers yankees cowboys
  steelers eagles patriots redsox packers raiders batman superman spiderman ironman wolverine deadpool catwoman hulk
  pokemon pikachu charizard naruto sasuke goku vegeta minecraft fortnite roblox counterstrike callofduty playstation
  nintendo gameboy supermario zelda starwars skywalker darthvader startrek stargate harrypotter gandalf hobbit frodo
  matrix trustno1 whatever nothing nothing1 something anything everything blahblah hello helloo hellohello helloworld
  hola holahola holamundo buenosdias bonjour hallo goodbye computer computador computadora ordenador internet windows
  microsoft google facebook instagram twitter youtube whatsapp linkedin samsung iphone android laptop notebook keyboard
  database network website linux ubuntu debian raspberry arduino android1 mysql postgres postgresql oracle docker
  jordan jordan23 michael michelle jessica jennifer ashley amanda daniel daniela andrea andres alejandro alejandra
  alexander alexandra carlos carolina charlie cristina cristian christian fernando fernanda francisco gabriel gabriela
  guillermo gustavo isabella javier joshua matthew anthony andrew robert thomas william nicholas nicolas nicole natalia
  patricia patrick rebecca ricardo roberto rodrigo samantha sebastian stephanie valentina valeria veronica victoria
  victor vanessa mariana margarita maria mariajose juancarlos jose joseluis josemaria manuel miguel miguelangel
  antonio alberto angelica angelito angeles santiago benjamin jonathan jackson george richard maggie buster tigger
  pepper ginger cookie cookies bailey rocky bandit lucky lucky7 sparky snoopy garfield mickey mickeymouse minnie
  winnie winniethepooh bugsbunny simpsons homersimpson spongebob bobesponja hellokitty barbie
  killer hunter ranger soldier warrior samurai ninja viking phoenix scorpion scorpio mustang ferrari porsche mercedes
  corvette camaro harley harleydavidson yamaha kawasaki suzuki toyota chevrolet chevy
  summer summertime winter spring autumn verano invierno primavera monday friday sunday january february march april
  august september october november december enero febrero abril junio julio agosto septiembre octubre noviembre
  diciembre lunes martes miercoles jueves viernes sabado domingo
  freedom libertad liberty forever siempre perfect perfecto beautiful hermosa hermoso precious angel angels heaven
  jesus jesuscristo jesus1 diosesamor diosesfiel cristo blessed blessing christ faith trinity amen gracias bendicion
  peanut banana orange cherry strawberry chocolate caramelo cheese pizza coffee cafecito whiskey budweiser tequila
  mexico colombia argentina venezuela españa espana peru chile ecuador guatemala bolivia uruguay paraguay panama
  california florida texas newyork london paris brasil brazil canada australia
  contraseña contrasena contraseña1 contrasenia clave clave123 claveclave miclave micontraseña micontrasena laclave
  secreto secreta entrar acceso abrete abretesesamo bienvenido bienvenida cambiame cambiar prueba pruebas probando
  familia mifamilia amigos amistad amigo hermano hermana mama papa mamapapa mamaypapa papaymama abuela bebe bebita
  gatito gatita perrito perrita cachorro elefante caballo tigre leon aguila lobo delfin dolphin elephant tiger lion
  vektor vektorvektor
  `
    .trim()
    .split(/\s+/),
)
