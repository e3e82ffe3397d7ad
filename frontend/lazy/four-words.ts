// Passwords that can be read out on the phone: four of 2048 short English words, 44 bits by chance alone.
// No two words sound the same; none is shorter than three letters or longer than seven.

export const WORDS = `
able acid acorn acre actor admit adobe adult agent agile aglow agree ahead aim airport airy ajar alarm album
alert algae alias alibi alike alive alloy almond alone along aloof alpha also amble amend amigo amount ample
amuse anchor animal ankle annex answer antler anvil apart apex apple apply april apron arbor arch arctic
arena argue aroma array arrow artist ashen aside ask aspen asset atlas atom attic audio august author auto
autumn avenue avid avocado avoid awake award aware awning axis axle azure baby bacon badge bagel baggy bake
baker ballad bamboo banana banjo bank banner bar barber barista bark barley barn barrel basic basil basin
basket batch bath baton bead beak beam beard bed beef beetle begin behave belly below belt bench bend beside
best better beyond big bike bingo bird biscuit bison blade blank blaze blend blimp blink blond bloom blouse
bluff blush boast boat bobcat body boil bolt bonfire bonnet bonus book boost boot borrow boss bottle bottom
bounce bowl bowtie box brain branch brand brass brave breeze brick bridge brief bright brim bring brisk
brisket broad broker bronze brook broom broth brunch brush bubble bucket buckle bud buddy budget bugle build
bulb bulk bumper bunch bundle bunk bunny burly bush busy butter button buzz cabbage cabin cable cactus cadet
cafe cage cake calf calico call calm camel cameo camera camp campus can canal canary candid candle candy
canoe canopy canteen canyon cap cape car caravan carbon card cargo carol carpet cart carve case cashew
castle casual cat catch catnip cattle cave cavern cedar celery cello cement century chain chair chalet chalk
chance change chant chapter charm chart chase chat cheek cheer cheese chef cherry cherub chess chest chew
chief child chimney chin chip chirp chisel choice chorus chunk cinder cinema circle circus citrus city civic
clam clap clarify clasp class clay clean clear clerk clever client cliff cling clinic clip cloak clock cloud
clover club coach coast coastal coat cobalt cocoa code coffee coil coin cold collar collie colony column
comb comet comfort comic common comply compose condor cone confirm contact cook cookie cool copper copy cork
corner cosmic cosmos cost cottage cotton couch count couple court cousin cove cover cow coyote crab cradle
craft crane crater crayon cream create credit crimson crisp critic crop cross crowd crown crumb crunch crust
cub cube cuddle culture cup curb curl cursor curve cushion cutlet cycle daily dainty damp dance dandy dapper
daring dart dash data date dawn daytime deal dean debate debut decade deck decor deep define degree delta
deluxe demo denim dented dentist depart depend depot depth deputy design desk detail detect detour diagram
dial dice diet digit dill dime dimple dine dinghy dipper direct dirt disc dish display dive diver divide
dizzy dock doctor dog doily doll dollar domain dome domino donkey donor doodle door doorway dose dot double
dove down dozen dragon drama draw dream drench dress drift drill drink drip drive driver drop drum dry duck
duffel dugout dune durable dusk dust duty dwell eager eagle ear earnest earth ease easel east easy eat echo
ecology edge edit editor eel effort egg eggnog eighty elated elbow elder elect elegant eleven elk elm elope
embark ember emblem emerald employ empty enable enamel encore end endure energy engine engrave enjoy enlist
enough enrich enroll enter entire entry envoy epic equal equator equip era erase errand escape essay estate
ethic event evolve exact exam example excite exist exit exotic expand expect expert explain extend extra
fable fabled fabric face fact factory fade faith falcon fall family famous fan fancy farm fashion fast
father faucet feast feed feel fellow fence fender fern fetch fiddle fiddler field fiesta fifth fig figure
file fill film filter final finch fine finger finish finite firefly firm first fish fit five fix fizzy fjord
flag flake flap flash flask flat flatbed flax fleece fleet flex flight flint flip float flock floor floral
fluffy fluid flurry flute foam focus fog foil fold folk follow fond fondue food foot forest fork form formal
format fortune forum foster fox foyer frame free freedom fresco fresh fridge friend frog frolic front frost
frown frozen fruit fudge fuel full fun funnel funny furnace furry future fuzzy gadget gain galaxy galley
gallon gallop game gander gap garage garden gargle garland garlic garnet garter gather gazebo gazelle gear
gecko gem genius genre gentle gesture giant gift giggle ginger giraffe give glad glance glass glaze gleam
glide glisten globe glory glossy glove glow glue goal goalie goat goggle gold golf good goose gopher gourmet
gown grab grace grade grain grand grant grape graph grasp grass gravel gravity gravy green greet grid grill
grin grip groom groove ground group grove grow growl guard guess guide guitar gulf gull gulp gum gumdrop
guppy gust gutter gym habit half halo halt hamlet hammer hamster hand handle hangar happy hard harp harvest
hat hatch haven hawk hazel head health heap hearth heat heavy hedge helium helmet help hen herb hermit hero
heron hexagon hiccup hidden hike hill hinge hippo history hive hobby hockey hold hollow holly home honest
honey hood hoof hook hop hope horn hostess hotel hound house hover hub huddle hug huge hull human humble
humid hungry hurdle hurry hush husk hut hybrid ice iceberg icicle icing icon idea igloo image impact improve
inch income index indigo indoor infant inform inkling inlet inner input insect inside inspire intact invent
inverse invest invite inward iris iron island issue item ivory ivy jackal jacket jaguar jar jargon jasmine
jaw jazz jelly jersey jet jetty jigsaw jingle job jog join joke jolly jovial joy jubilee juggle juice juicy
july jumbo jump jungle junior just kayak keen keep kennel kettle kind kindle king kinship kiosk kit kite
kitten kiwi knee koala label lace ladder ladle ladybug lagoon lake lamb lamp land lap laptop large lark
laser last late lather laugh launch laurel lava lawn layer lazy leader leaf leaflet league leap learn leash
ledge legacy legend leisure lemon lend length lens lentil letter level lever library lid lift light lilac
lily limb lime limit line linen linger lion liquid list litmus little lively lizard loaf lobby lobster local
locate locket lodge lofty log logic logo long look loop lore lotion lotus loud lounge love loyal lucid luck
lunar lunch lung lush luxury lyric macaw machine magic magma magnet magpie majesty major make mallet mammal
manage mango mansion manual map maple marble march margin marina marine mark market marmot maroon marsh
marvel mascot mason mast match math matter mauve mayor maze meadow meal meander media medium medley mellow
melody melon member memo memory mend mentor menu mesa meteor method metro midday middle mildew mile milk
mill mimic mingle mini minnow mint minute mirror mission mitten mix mobile mocha model modern modest modify
module moist moment money monkey month mood moon moped morsel mosaic moss mother motion motor motto mount
mouse mouth move movie mud muffin mug mulch mule mural museum music muslin mustang muzzle myth nacho name
napkin narrow nation native nature navy neat neck nectar needle neon nephew nest net nettle network news
nibble nice nickel niece nimble nimbus nine ninety noble nod noise nomad noodle noon normal north notch note
notice notion novel nozzle nuance nudge nugget number nurse nutmeg nylon oak oasis oat oatmeal object oblong
oboe obtain obtuse ocean octave octopus office oil olive omega onion onward onyx opal opaque open opera
optic option oracle orange orbit orbital orchid order organ origin ornate osprey otter ounce outback outer
outfit outpost outrun oval oven owl owner oxbow oxygen oyster ozone pace pack packet paddle page pagoda
paint palace pan pancake panda panel pantry papaya paper parade parasol parcel parent park parka parrot part
pass pastry pasture patch path patina patio patrol pave peacock peanut pearl pebble pecan pellet pen pencil
peony pepper peppy perch perfect permit person pet petal phone photo phrase piano piccolo pick picket pickle
picnic pigeon piglet pile pillar pillow pilot pinch pine pink pint pinto pioneer pipe piston pitch pivot
pixel pizza placid plaid plan planet plank plant plate platter play plaza pleat plenty pluck plunge plus
pocket podium poem poet point polar polish polite polka pollen polo pompom poncho pond pony pool popcorn
poplar poppy porch port portal poster potato potter pouch powder power prairie praise prefer press pretty
pretzel price prime primer print prism problem produce promise prompt proof propel proper protein proud
prove public pudding puddle puffin pulley pulp pulse pump pupil puppet puppy purple puzzle quaint quantum
quarry quart queen quench query quest quick quill quilt quiver quiz quorum quote racket radar radio radish
radius raffle raft rail railway rainy raisin rally ramble ranch random range ranger rapid rare rascal raspy
rattle ravine razor reach react ready realm reap recall recess recipe recital record redwood reed reef
refill refine refund regal regatta region relax relay relic relish remain remark remedy remind remix remote
renew renewal repair repeat reply rescue resolve resort result retire retro return reunion reveal review
reward rhythm ribbon rice rich riddle ride ridge rigid rim ripe ripen ripple rise ritual river rivet roast
robe robin robot robust rock rocket rodeo roof room rope rosebud rosy rotate rotor round rover royal rubber
rubric ruby rudder ruffle rug rugby rugged rule ruler rumble run runaway runner runway rustic saddle safari
safe sage sailor salad salmon salon salsa salt salute samba sample sanctum sand sandal satin saucer sauna
sausage save scarf scenic scholar school scoop scope score scout screen script scroll seagull season seat
seaweed second sedan seesaw select send senior sequel serene series serve service sesame settle seven shade
shadow shaft shape share shark sharp shelf shell shelter shift shine ship shirt shiver shock shop short
shovel show shrimp shrub shrug shuffle shy signal silent silk silver similar simple sing single sip siren
sister sitcom six sixty skate sketch ski skill skip skirt sky skyline slate sled sleek sleep sleeve slice
slide slim slogan slope small smart smile smooth snack snap snippet snooze snow snug soap soccer social sock
sofa soft soil solar soldier solemn solid solo solve sonar sonata song sonic sorbet soup south space spare
spark spatula speak speech speed spell sphere sphinx spice spider spindle spiral spirit splash sponge spoon
sport spot spray spread spring sprout spruce square squash squeeze squid stack stage stamp stand staple star
starry start state station statue steady steam stem stereo stone stool store stork storm story stove strap
straw stream street string stripe strong stucco student studio study sturdy suburb subway suffix sugar
summer summit sunbeam sunroof sunset super supper supply surfer survey sushi suspend swan swap sweep swerve
swift swim swing switch swivel syrup system tabby table tabloid tackle taco tactic tailor talent talk talon
tandem tangle tango tanker tape target tartan tassel taste tavern taxi teach teacup teapot tempo ten tender
tennis tent tenth tepid terrain text thank theme theory thesis thick thicket third thirty thread three
thrive thumb ticket tidal tidbit tidy tiger tile tin tinker tinsel tiptoe title toast today toddler toffee
tomato tomcat tone tonic tooth top topaz topic torch toucan touch tour tourist towel tower town toy track
trade train transit travel tray treat tree trek trend tribe tribute trim trio trip trivia trolley trophy
tropic trot trout truck trunk truth tube tuck tulip tumble tuna tundra tune tunic tunnel turbo turnip turtle
tutor tuxedo tweed twelve twenty twig twin twinkle twirl twist tycoon ultra umpire uncle under unfold
unicorn union unique unit unite unlock unwrap upbeat update uphill uplift upper upright uptown upward urban
urchin useful usher utmost vacuum valid valley value valve van vanilla vanity vase vector velcro velour
velvet vendor verbal verdict vernal verse vertex vessel vest viable vibrant vicar video view villa vine
vinyl viola violet virtue visible vision visit visor vista vital vivid vixen vocal voice volume vote voucher
vowel voyage waddle wafer waffle wagon waiter wake walk wall wallet walnut walrus waltz warm warmth warp
warrior wasabi wash watch water wave wavy way wealth weasel wedge welcome west wharf wheat whimsy whisper
wick wide width wiggle wiggly wild willow win window windy wing wink winner winter wire wisdom wish wolf
wombat wooden wool word work woven wreath wren wrench yacht yard yarn year yeast yellow yeti yodel yoga
yonder young youth zany zebra zenith zephyr zero zest zigzag zipper zither zone zoom
`
  .trim()
  .split(/\s+/);

/** "harvest-velvet-sixty-moss": 11 bits from each word, as 65 536 is a whole number of lists. */
export function fourWords(): string {
  const numbers = crypto.getRandomValues(new Uint16Array(4));
  return [...numbers].map((number) => WORDS[number % WORDS.length]).join("-");
}
