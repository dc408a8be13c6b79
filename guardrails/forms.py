"""Short, dictated, Flemish and run-together spellings, with what they stand for."""

_FORMS = """
k=ik 'k=ik ikke=ik kwil=ik_wil kwou=ik_wou kheb=ik_heb kben=ik_ben kzen=ik_ben kga=ik_ga kgaan=ik_ga
kkan=ik_kan kweet=ik_weet kmoet=ik_moet kzou=ik_zou kdenk=ik_denk kpeis=ik_denk kvoel=ik_voel
kzit=ik_zit ksta=ik_sta kwas=ik_was kzie=ik_zie kmag=ik_mag khoop=ik_hoop peis=denk peins=denk
peize=denken peinze=denken nie=niet ni=niet nied=niet neit=niet nit=niet nt=niet nimeer=niet_meer
niemeer=niet_meer nimmer=nooit niemr=niet_meer nimr=niet_meer nietmeer=niet_meer da=dat ne=een
nen=een den=de 'n=een 't=het t=het tis=het_is 'tis=het_is twas=het_was tzou=het_zou ist=is_het
vant=van_het int=in_het opt=op_het mn=mijn m'n=mijn mijne=mijn munne=mijn mne=mijn zn=zijn z'n=zijn
ge=je gij=jij d'r=er der=er gwn=gewoon gewn=gewoon gwoon=gewoon egt=echt wrm=waarom waarm=waarom
ff=even effe=even effen=even mss=misschien idd=inderdaad vnv=vanavond vanaaf=vanavond
vanaof=vanavond vnvnd=vanavond savonds=avonds snachts=nachts vnnacht=vannacht vnnaht=vannacht
vnacht=vannacht vanacht=vannacht mrgn=morgen mrgen=morgen vndg=vandaag vdg=vandaag hb=heb hebt=heb
ebt=heb bn=ben zelluf=zelf zellef=zelf mezellef=mezelf mezelluf=mezelf mijzelf=mezelf mezlf=mezelf
meself=myself zoo=zo veels=veel altijt=altijd zelfmoort=zelfmoord zelfmord=zelfmoord
zelmoord=zelfmoord zefmoord=zelfmoord zelfmoor=zelfmoord zelfmood=zelfmoord zm=zelfmoord
zmm=zelfmoord suicde=suicide sucide=suicide suiside=suicide suicied=suicide suacide=suicide
suecide=suicide sewerslide=suicide suizide=suicide sucidal=suicidal suicidial=suicidal
suicidle=suicidal suicical=suicidal sucidaal=suicidaal suecidaal=suicidaal doodt=dood doot=dood
zelfbeschading=zelfbeschadiging zelfbeschadeging=zelfbeschadiging zb=zelfbeschadiging snij=snijd
snijdt=snijd sny=snijd leve=leven lven=leven diee=die srry=sorry pille=pillen pilln=pillen
verkragt=verkracht slaagt=slaat im=i_am i'm=i_am ive=i_have i've=i_have i'll=i_will iam=i_am
dont=do_not don't=do_not doesnt=does_not doesn't=does_not didnt=did_not didn't=did_not cant=can_not
can't=can_not cannot=can_not wont=will_not won't=will_not couldnt=could_not couldn't=could_not
wouldnt=would_not wouldn't=would_not shouldnt=should_not shouldn't=should_not isnt=is_not
isn't=is_not wasnt=was_not wasn't=was_not arent=are_not aren't=are_not weren't=were_not
havent=have_not haven't=have_not hasnt=has_not hasn't=has_not hadnt=had_not hadn't=had_not
aint=is_not ain't=is_not it's=it_is thats=that_is that's=that_is he's=he_is hes=he_is she's=she_is
shes=she_is there's=there_is theres=there_is they're=they_are theyre=they_are we're=we_are
you're=you_are youre=you_are they've=they_have we've=we_have what's=what_is whats=what_is
who's=who_is gonna=going_to gunna=going_to finna=going_to wanna=want_to gotta=got_to tryna=trying_to
kinda=kind_of sorta=sort_of lemme=let_me gimme=give_me dunno=do_not_know idk=i_do_not_know
idc=i_do_not_care ur=your rn=right_now tonite=tonight 2nite=tonight 2night=tonight tmrw=tomorrow
tmr=tomorrow tmw=tomorrow tomoz=tomorrow tomorow=tomorrow bc=because cuz=because coz=because
ppl=people plz=please pls=please nite=night kms=kill_myself kys=kill_yourself od'd=overdosed
oded=overdosed od'ed=overdosed dieing=dying dyin=dying killin=killing goin=going thinkin=thinking
cuttin=cutting tryin=trying feelin=feeling livin=living doin=doing takin=taking hurtin=hurting
sayin=saying wnt=want meds=medication mum=mom mams=mama paps=papa abt=about nothin=nothing
anythin=anything everythin=everything somethin=something smth=something sth=something ev1=everyone
every1=everyone any1=anyone some1=someone no1=no_one noone=no_one
"""
"""Short, dictated, Flemish and run-together spellings, with what they stand for; used on texts and patterns alike."""
FORMS = {short: full.replace("_", " ") for short, _, full in (pair.partition("=") for pair in _FORMS.split())}
